import { parseFileName } from '../../channel/file-name.codec.ts';
import type { MediaFiles } from '../../channel/media-files.ts';
import { ChannelError } from '../../errors.ts';

/** A media directory that exists in memory only: names, and how long each file plays. */
export class FakeFiles implements MediaFiles {
  readonly #durations = new Map<string, number>();

  /** @param durations - milliseconds by name. */
  constructor(durations: Readonly<Record<string, number>>) {
    for (const [name, ms] of Object.entries(durations)) this.set(parseFileName(name).join('/'), ms);
  }

  set(name: string, ms: number): void {
    this.#durations.set(name, ms);
  }

  /** How long a file plays in milliseconds; undefined when there is none of that name. */
  durationOf(name: string): number | undefined {
    return this.#durations.get(name);
  }

  async forReading(name: string): Promise<string> {
    const known = await this.forWriting(name);
    if (this.#durations.has(known)) return known;
    throw new ChannelError(
      'FILE_NOT_FOUND',
      `there is no prompt ${JSON.stringify(name)}; name its length in { prompts }`,
    );
  }

  async forWriting(name: string): Promise<string> {
    return parseFileName(name).join('/');
  }
}
