import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3StorageOptions } from '../../src/index.ts';

/** A store that others have written. */
export interface S3Server extends AsyncDisposable {
  /** What it is reached with: its one account. */
  readonly options: S3StorageOptions;
}

export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'offhook-s3-'));
  const bucket = 'messages';
  // It enciphers where a page of a list ends, by a cipher that is not to be had without being asked for.
  const execArgv = ['--openssl-legacy-provider'];
  const program = fork(join(import.meta.dirname, 's3-program.ts'), [directory, bucket], { execArgv });
  const exit = once(program, 'exit');
  const [port] = (await Promise.race([once(program, 'message'), exit])) as [unknown];
  if (!program.connected) throw new Error(`the S3 server has ended with ${String(port)}`);
  return {
    options: { endpoint: `http://127.0.0.1:${port}`, bucket, accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    async [Symbol.asyncDispose]() {
      program.disconnect();
      await exit;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
