import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Channel, State, UserAgent } from '../../src/index.ts';
import { portPairs } from '../support/port-pairs.ts';
import { sizeOf } from '../support/size-of.ts';
import { strongestTone } from '../support/tone.ts';
import { until } from '../support/until.ts';

let folder: string;
let ua: UserAgent;
let callers: UserAgent;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-transfer-'));
  const options = { address: '127.0.0.1', port: 0, mediaDirectory: folder };
  ua = await UserAgent.start({ ...options, mediaWorkers: 2 });
  callers = await UserAgent.start(options);
});
afterEach(async () => {
  await Promise.all([ua.stop(), callers.stop()]);
  await rm(folder, { recursive: true });
});

/** A call that has been answered, with the caller's channel. */
async function answered(): Promise<readonly [party: Channel, caller: Channel]> {
  const { promise, resolve } = Promise.withResolvers<Channel>();
  ua.onCall(async (channel) => {
    await channel.answer();
    resolve(channel);
    await channel.waitForIdle();
  });
  const caller = callers.channel();
  expect(await caller.call(ua.uri)).toBe(State.ANSWERED);
  return [await promise, caller];
}

it('brings calls of either media thread to a service and to somebody else, by whichever channel', async () => {
  const served: Promise<string>[] = [];
  using _ = ua.service('keys', async (channel) => {
    await channel.answer();
    const digits = channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 20_000 });
    served.push(digits);
    await digits;
  });
  for (const by of ['extra channel', 'channel', 'extra channel', 'channel']) {
    const [party, caller] = await answered();
    const other = by === 'channel' ? ua.channel() : party.extraChannel[0];
    if (!other) throw new Error('there is one by default');
    expect(await party.transferToInboundService(other, 'keys')).toBe(State.TRANSFERRED);
    await caller.dtmfPlayer.play('42#', { on: 60, off: 40 });
    expect(await party.waitForTransferredCallRetrieval()).toBe(State.ANSWERED);
    expect(await served.at(-1)).toBe('42#');
    callers.onCall(async (target) => {
      await target.answer();
      const digits = target.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 20_000 });
      served.push(digits);
      await digits;
    });
    expect(await party.retrievableTransfer(other, callers.uri)).toBe(State.TRANSFERRED);
    await caller.dtmfPlayer.play('17#', { on: 60, off: 40 });
    expect(await party.waitForTransferredCallRetrieval()).toBe(State.ANSWERED);
    expect(await served.at(-1)).toBe('17#');
    await caller.hangUp();
  }
});

it('lets the party hear the target before it answers, and not the ring-back tone', async () => {
  const [party, caller] = await answered();
  const [other] = party.extraChannel;
  if (!other) throw new Error('there is one by default');
  await caller.fileRecorder.start('heard.wav');
  callers.onCall(async (target) => {
    await target.ring({ earlyMedia: true, tone: 'DIAL' });
    await target.waitForIdle();
  });
  const abort = new AbortController();
  const transferring = party.retrievableTransfer(other, callers.uri, { signal: abort.signal });
  await until('it to ring', () => other.state === State.RING_OUTGOING);
  const heard = join(folder, 'heard.wav');
  const before = await sizeOf(heard);
  await until('a second of audio', async () => (await sizeOf(heard)) > before + 16_000);
  abort.abort('enough');
  await expect(transferring).rejects.toBe('enough');
  await caller.fileRecorder.stop();
  const { samples, rate } = await readPcm16(heard);
  // A dial tone is 350 and 440 Hz, ring-back 440 and 480.
  expect(strongestTone(samples, rate, 350)).toBeGreaterThan(0.4);
  expect(strongestTone(samples, rate, 480)).toBeLessThan(0.1);
  await caller.hangUp();
});

it('leaves the party where it is when there is no port left for the target', async () => {
  await ua.stop();
  ua = await UserAgent.start({
    address: '127.0.0.1',
    port: 0,
    mediaDirectory: folder,
    rtpPorts: await portPairs(1),
  });
  const [party, caller] = await answered();
  const [other] = party.extraChannel;
  if (!other) throw new Error('there is one by default');
  expect(await party.retrievableTransfer(other, callers.uri)).toBe(State.ANSWERED);
  expect([party.transferCause, other.cause]).toEqual(['FAIL', 'NOCHANNELS']);
  await caller.hangUp();
});
