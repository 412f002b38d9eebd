import { stat } from 'node:fs/promises';
import type { CodecName } from '../negotiation/plan.ts';

/** The longest prompt that is kept: two minutes. */
const MAX_PROMPT_BYTES = 1_000_000;
/** What is kept in all. */
const MAX_BYTES = 32_000_000;
/** A file that was changed less than this ago may change again without its time of change telling so. */
const SETTLED_MS = 2000;

/** A prompt as far as it has been read. */
export interface Prompt {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  /** Whether the pieces are all of it. */
  readonly whole: boolean;
  /** How many bytes all of it has, as far as that is known. */
  readonly length?: number | undefined;
}

/**
 * Prompts as they go over the wire, so that one that many calls play is read and converted once. Of a prompt that nobody has
 * heard to its end the beginning is kept. What is in the cache is used only as long as the file on disk is the same one, unchanged.
 */
export class PromptCache {
  /** In order of last use. */
  readonly #prompts = new Map<string, Prompt>();
  #bytes = 0;

  /**
   * Names a file as it is now, for one law.
   *
   * @param wallNow - time of day in milliseconds
   * @returns undefined when it cannot be cached: it is not there, or was changed a moment ago
   */
  async identify(path: string, law: CodecName, wallNow: number): Promise<string | undefined> {
    const identity = await identifyFile(path, wallNow);
    return identity === undefined ? undefined : this.nameOf(identity, law);
  }

  /** As {@link PromptCache.identify}, of a file that was looked at by {@link identifyFile}. */
  nameOf(identity: string, law: CodecName): string {
    return `${law}|${identity}`;
  }

  get(name: string): Prompt | undefined {
    const prompt = this.#prompts.get(name);
    if (!prompt) return undefined;
    this.#prompts.delete(name);
    this.#prompts.set(name, prompt);
    return prompt;
  }

  /** Whether a prompt of so many bytes may be kept. */
  accepts(bytes: number): boolean {
    return bytes <= MAX_PROMPT_BYTES;
  }

  /**
   * Keeps a prompt, whose pieces must not be changed any more, unless more of it is known. Those not used for longest make room.
   */
  put(name: string, prompt: Prompt): void {
    const known = this.#prompts.get(name);
    if (known && (known.whole || known.bytes > prompt.bytes)) return;
    this.#prompts.delete(name);
    this.#prompts.set(name, prompt);
    this.#bytes += prompt.bytes - (known?.bytes ?? 0);
    for (const [oldest, { bytes }] of this.#prompts) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#prompts.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}

/**
 * Names a file as it is now.
 *
 * @param wallNow - time of day in milliseconds
 * @returns undefined when that is no lasting name: the file is not there, or was changed a moment ago
 */
export async function identifyFile(path: string, wallNow: number): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(path);
    if (wallNow - Math.max(mtimeMs, ctimeMs) < SETTLED_MS) return undefined;
    return `${dev}|${ino}|${size}|${mtimeMs}|${ctimeMs}|${path}`;
  } catch {
    // Whoever opens the file says what is wrong with it.
    return undefined;
  }
}
