import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Channel, State, UserAgent } from '../../src/index.ts';
import { portPairs } from '../support/port-pairs.ts';

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
