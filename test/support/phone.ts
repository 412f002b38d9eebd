import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserAgent, type UserAgentOptions } from '../../src/index.ts';

/** A user agent on loopback with a media folder of its own that holds the prompts and sounds of the examples. */
export interface Phone extends AsyncDisposable {
  readonly ua: UserAgent;
  readonly folder: string;
  /** Where it listens, `address:port`. */
  readonly at: string;
}

export async function startPhone(options: Partial<UserAgentOptions> = {}): Promise<Phone> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-phone-'));
  await cp(new URL('../../examples/media/', import.meta.url), folder, { recursive: true });
  const sounds = { directories: join(folder, 'sounds') };
  const ua = await UserAgent.start({ address: '127.0.0.1', port: 0, mediaDirectory: folder, sounds, ...options });
  return {
    ua,
    folder,
    at: `127.0.0.1:${ua.port}`,
    async [Symbol.asyncDispose]() {
      await ua.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
