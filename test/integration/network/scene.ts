import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toneWav } from '../../../bench/tone-wav.ts';
import type { UserAgent } from '../../../src/index.ts';
import { createTestNetwork, type TestNetwork, type TestNetworkOptions } from '../../../src/testing.ts';

/** A network with two user agents and a directory of prompts: `prompt.wav` plays for 400 ms, `long.wav` for ten seconds. */
export interface Scene extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly ivr: UserAgent;
  readonly phone: UserAgent;
  readonly folder: string;
}

export async function openScene(options: TestNetworkOptions, phoneOptions = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-network-'));
  await writeFile(join(folder, 'prompt.wav'), toneWav(440, 400));
  await writeFile(join(folder, 'long.wav'), toneWav(440, 10_000));
  const network = createTestNetwork(options);
  const ivr = await network.userAgent({ user: 'ivr', mediaDirectory: folder });
  const phone = await network.userAgent({ user: 'phone', mediaDirectory: folder, ...phoneOptions });
  return {
    network,
    ivr,
    phone,
    folder,
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
