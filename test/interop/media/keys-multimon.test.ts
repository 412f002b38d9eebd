import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Codec, DigitPlayOptions } from '../../../src/index.ts';
import { createTestNetwork } from '../../../src/testing.ts';
import { describeWithPeer } from '../../support/peers.ts';

const KEYS = '123A456B789C*0#D';

function run(program: string, args: readonly string[], input?: Uint8Array): Buffer {
  const { stdout, stderr, status } = spawnSync(program, args, { input, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}

/** What the far end of a call records while digits are sent to it as tones. */
async function recorded(keys: string, codec: Codec, options: DigitPlayOptions, folder: string): Promise<string> {
  await using network = createTestNetwork();
  const far = await network.userAgent({ mediaDirectory: folder, codecs: [codec] });
  const ua = await network.userAgent({ mediaDirectory: folder, codecs: [codec] });
  far.onCall(async (channel) => {
    await channel.answer();
    await channel.fileRecorder.record('heard.wav', { timeout: 60_000, removeDigits: false });
  });
  const channel = ua.channel();
  await channel.call(far.uri);
  await channel.sleep(200);
  await channel.dtmfPlayer.play(keys, { method: 'INBAND', ...options });
  await channel.sleep(200);
  await channel.hangUp();
  return join(folder, 'heard.wav');
}

/** The keys that multimon-ng hears in a file. */
function heard(file: string): string {
  const samples = run('sox', [file, '-t', 'raw', '-r', '22050', '-e', 'signed', '-b', '16', '-c', '1', '-']);
  const text = run('multimon-ng', ['-q', '-c', '-a', 'DTMF', '-t', 'raw', '-'], samples).toString();
  return [...text.matchAll(/^DTMF: (.)$/gm)].map(([, key]) => key).join('');
}

describeWithPeer(['multimon-ng', 'sox'], 'digits as tones, as multimon-ng hears them', () => {
  it.each<[string, Codec, DigitPlayOptions]>([
    ['as they are by default', 'PCMU', {}],
    ['in A-law', 'PCMA', {}],
    ['short', 'PCMU', { on: 60, off: 60 }],
    ['as loud as may be', 'PCMA', { level: -3 }],
    ['soft', 'PCMU', { level: -25 }],
  ])('%s', async (_name, codec, options) => {
    const folder = await mkdtemp(join(tmpdir(), 'offhook-keys-'));
    await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
    expect(heard(await recorded(KEYS, codec, options, folder))).toBe(KEYS);
  });
});
