import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coreOf } from '../../../src/channel/channel-audio.ts';
import {
  type CallHandler,
  Cause,
  type Channel,
  type ConnectCalleeOptions,
  type ConnectCalleeResult,
  isHangup,
  SIPInfo,
  SIPMessage,
  State,
  type UserAgent,
} from '../../../src/index.ts';
import type { TestNetworkOptions } from '../../../src/testing.ts';
import { soundMs } from '../../support/sound-length.ts';
import { openScene, type Scene } from './scene.ts';

/** Two phones with a back-to-back user agent between them. */
interface Between extends Scene {
  /** Whom it calls. */
  readonly callees: UserAgent;
  /** The far ends of the calls that have reached a callee, in order. */
  readonly called: Channel[];
  /** The callers as the user agent between has them. */
  readonly callers: Channel[];
  /** What has come of the callers, in order. */
  readonly results: (ConnectCalleeResult | 'Hangup')[];
  uriOf(user: string): string;
}

async function openBetween(
  to: (uriOf: Between['uriOf']) => Parameters<Channel['connectCallee']>[0],
  answers: CallHandler,
  options: ConnectCalleeOptions = {},
  conditions: TestNetworkOptions = { latency: 10 },
): Promise<Between> {
  const scene = await openScene(conditions);
  const callees = await scene.network.userAgent({ user: 'callee', mediaDirectory: scene.folder });
  const uriOf = (user: string): string => callees.uri.replace(/^sip:[^@]*/, `sip:${user}`);
  const between: Between = {
    ...scene,
    callees,
    called: [],
    callers: [],
    results: [],
    uriOf,
    [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
  };
  callees.onCall((channel) => {
    between.called.push(channel);
    return answers(channel);
  });
  scene.ivr.onCall(async (channel) => {
    between.callers.push(channel);
    const result = await channel.connectCallee(to(uriOf), options).catch((error: unknown) => {
      if (isHangup(error)) return 'Hangup' as const;
      throw error;
    });
    between.results.push(result);
    await channel.waitForIdle();
  });
  return between;
}

const userOf = ({ info }: Channel): string => /^sip:([^@]*)/.exec(info.requestUri)?.[1] ?? '';
const answer: CallHandler = async (channel) => {
  await channel.answer();
  await channel.waitForIdle();
};

describe('a back-to-back call over SIP', () => {
  it('goes on to whom the caller has named, as the caller, with the header fields that pass', async () => {
    await using scene = await openBetween((uriOf) => uriOf('bob'), answer, {
      headerRules: { relay: ['X-*', 'Subject'], remove: ['X-Private'], set: { 'X-Way': 'b2b' } },
    });
    const caller = scene.phone.channel();
    const headers = { 'X-Room': ['7', '8'], 'X-Private': 'no', Subject: 'lunch', Priority: 'urgent' };
    await caller.call(scene.ivr.uri, { from: 'sip:alice@example.com', fromDisplayName: 'Alice', headers });
    expect(caller.state).toBe(State.ANSWERED);
    const info = scene.called[0]?.info;
    expect([info?.from, info?.fromDisplayName, info?.requestUri]).toEqual([
      'sip:alice@example.com',
      'Alice',
      scene.uriOf('bob'),
    ]);
    const names = ['X-Room', 'X-Private', 'Subject', 'Priority', 'X-Way'];
    expect(names.map((name) => info?.header(name))).toEqual([['7', '8'], [], ['lunch'], [], ['b2b']]);
    expect(info?.callId).not.toBe(caller.info.callId);
    await caller.hangUp();
    await scene.called[0]?.waitForIdle();
  });

  it('carries audio, keys, INFO and MESSAGE both ways', async () => {
    await using scene = await openBetween((uriOf) => uriOf('bob'), answer);
    const caller = scene.phone.channel();
    await caller.call(scene.ivr.uri);
    const [callee] = scene.called;
    if (!callee) throw new Error('nobody was called');
    await caller.sleep(100);
    for (const [from, to, file] of [
      [caller, callee, 'there.wav'],
      [callee, caller, 'back.wav'],
    ] as const) {
      await to.fileRecorder.start(file);
      await from.filePlayer.play('prompt.wav');
      await from.sleep(200);
      await to.fileRecorder.stop();
      expect(soundMs(await readFile(join(scene.folder, file)))).toBeGreaterThan(380);
      await from.dtmfPlayer.play('42', { on: 60, off: 60 });
      expect(await to.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 2000 })).toBe('42');
      expect(await from.sip.send(new SIPInfo('lamp=on', 'application/lamp'))).toBe(200);
      expect(await from.sip.send(new SIPMessage('<b>Grüße</b>', 'text/html'))).toBe(200);
      const [info, message] = [to.sip.getInfos(), to.sip.getMessages()].map(([first]) => first);
      expect([info?.contentType, info?.body]).toEqual(['application/lamp', 'lamp=on']);
      expect([message?.contentType, message?.body]).toEqual(['text/html', '<b>Grüße</b>']);
      const leg = coreOf(to)?.call.leg;
      for (const status of [415, 202, 603]) {
        if (leg) leg.respond = () => Promise.resolve(status);
        expect(await from.sip.send(new SIPMessage('again'))).toBe(status);
      }
      if (leg) leg.respond = undefined;
    }
    await callee.hangUp();
    expect(await caller.waitForIdle()).toBe(State.IDLE);
  });

  it('says hold and resume of the one far end to the other one', async () => {
    await using scene = await openBetween((uriOf) => uriOf('bob'), answer);
    const caller = scene.phone.channel();
    await caller.call(scene.ivr.uri);
    const [callee] = scene.called;
    const held = new Promise((resolve) => void callee?.on('held', resolve));
    await caller.hold();
    expect([await held, callee?.info.isHeld]).toEqual([true, true]);
    const back = new Promise((resolve) => void callee?.on('held', resolve));
    await caller.resume();
    expect([await back, callee?.info.mediaDirection]).toEqual([false, 'sendrecv']);
    await caller.hangUp();
  });

  it('survives that both far ends hold at once', async () => {
    await using scene = await openBetween((uriOf) => uriOf('bob'), answer);
    const caller = scene.phone.channel();
    await caller.call(scene.ivr.uri);
    const [callee] = scene.called;
    await caller.sleep(50);
    await Promise.all([caller.hold(), callee?.hold()]);
    await caller.sleep(5000);
    await Promise.all([caller.resume(), callee?.resume()]);
    await caller.sleep(10_000);
    expect(
      [caller, callee].map((channel) => [channel?.state, channel?.info.isHeld, channel?.info.mediaDirection]),
    ).toEqual([
      [State.ANSWERED, false, 'sendrecv'],
      [State.ANSWERED, false, 'sendrecv'],
    ]);
    await caller.hangUp();
  });

  it('tells the caller why the callee was not reached: status, reason and Q.850 cause', async () => {
    await using scene = await openBetween(
      (uriOf) => uriOf('bob'),
      (channel) =>
        coreOf(channel)?.call.release(
          Cause.BUSY,
          { by: 'local' },
          { status: 486, reason: 'On the phone', q850: 17, text: 'user busy' },
        ),
    );
    const caller = scene.phone.channel();
    expect(await caller.call(scene.ivr.uri)).toBe(State.IDLE);
    expect(caller.info.hangup).toMatchObject({ by: 'remote', status: 486, reason: 'On the phone', q850: 17 });
    expect(scene.results).toMatchObject([{ state: State.IDLE, cause: Cause.BUSY, status: 486 }]);
  });

  it('lets the caller hear the callee before the answer', async () => {
    const ringing = Promise.withResolvers<Channel>();
    await using scene = await openBetween(
      (uriOf) => uriOf('bob'),
      async (channel) => {
        await channel.ring();
        await channel.sleep(200);
        await channel.ring({ earlyMedia: true, ringtone: 'long.wav', loop: true });
        ringing.resolve(channel);
        await channel.sleep(1000);
        await answer(channel);
      },
    );
    const caller = scene.phone.channel();
    const statuses: number[] = [];
    await caller.startCall(scene.ivr.uri);
    await ringing.promise;
    await scene.called[0]?.sleep(400);
    const { levelReceived } = await caller.mediaStatistics();
    expect([caller.state, levelReceived > -30]).toEqual([State.RING_OUTGOING, true]);
    for (const entry of caller.journal.entries) if (entry.kind === 'progress') statuses.push(entry.status);
    expect(statuses).toEqual([180, 183]);
    expect(await caller.waitForOutgoingCall()).toBe(State.ANSWERED);
    await caller.hangUp();
  });

  it('rings several at once and cancels those who are too late', async () => {
    const causes: unknown[] = [];
    await using scene = await openBetween(
      (uriOf) => [[uriOf('slow'), uriOf('quick'), uriOf('busy')]],
      async (channel) => {
        if (userOf(channel) === 'busy') await channel.reject('BUSY');
        await channel.ring();
        await channel.sleep(userOf(channel) === 'quick' ? 500 : 1000).catch(() => causes.push(channel.info.hangup?.by));
        await answer(channel);
      },
    );
    const caller = scene.phone.channel();
    expect(await caller.call(scene.ivr.uri)).toBe(State.ANSWERED);
    await caller.sleep(1000);
    const up = scene.called.filter(({ state }) => state === State.ANSWERED);
    expect([up.map(userOf), causes]).toEqual([['quick'], ['remote']]);
    await caller.hangUp();
  });

  it('calls the next when one does not answer in time, and says the best failure when none does', async () => {
    await using scene = await openBetween(
      (uriOf) => [uriOf('silent'), uriOf('busy'), uriOf('broken')],
      async (channel) => {
        if (userOf(channel) === 'busy') await channel.reject('BUSY');
        else if (userOf(channel) === 'broken') await channel.reject('CONGESTION');
        await channel.ring();
        await channel.waitForIdle();
      },
      { ringTimeout: 3000 },
    );
    const caller = scene.phone.channel();
    expect(await caller.call(scene.ivr.uri)).toBe(State.IDLE);
    expect([scene.called.map(userOf), caller.info.hangup?.status]).toEqual([['silent', 'busy', 'broken'], 486]);
  });

  it('has the callee confirm by a key', async () => {
    await using scene = await openBetween(
      (uriOf) => [uriOf('machine'), uriOf('person')],
      async (channel) => {
        await channel.answer();
        await channel.sleep(300);
        if (userOf(channel) === 'person') await channel.dtmfPlayer.play('1');
        await channel.waitForIdle();
      },
      { confirm: { media: 'prompt.wav', timeout: 2000 } },
    );
    const caller = scene.phone.channel();
    expect(await caller.call(scene.ivr.uri)).toBe(State.ANSWERED);
    expect(scene.called.map((channel) => [userOf(channel), channel.state])).toEqual([
      ['machine', State.IDLE],
      ['person', State.ANSWERED],
    ]);
    await caller.hangUp();
  });

  it('cancels the callee when the caller gives up', async () => {
    await using scene = await openBetween(
      (uriOf) => uriOf('bob'),
      async (channel) => {
        await channel.ring();
        await channel.waitForIdle();
      },
    );
    const caller = scene.phone.channel();
    await caller.startCall(scene.ivr.uri);
    await caller.sleep(500);
    expect(caller.state).toBe(State.RING_OUTGOING);
    await caller.hangUp();
    await scene.callers[0]?.waitForIdle();
    await scene.called[0]?.waitForIdle();
    expect([scene.results, scene.called[0]?.info.hangup?.by]).toEqual([['Hangup'], 'remote']);
    expect(scene.ivr.channels).toEqual([]);
  });

  it('passes a request to transfer on, and ends when the callee has reached the other one', async () => {
    await using scene = await openBetween(
      (uriOf) => uriOf('bob'),
      async (channel) => {
        channel.on('transferRequest', (request) => {
          const [extra] = channel.extraChannel;
          if (extra) void request.accept(extra);
        });
        await channel.answer();
        await channel.waitForIdle();
        await channel.extraChannel[0]?.waitForIdle();
      },
      { relayTransfer: true },
    );
    const third = await scene.network.userAgent({ user: 'third', mediaDirectory: scene.folder });
    third.onCall(answer);
    const caller = scene.phone.channel();
    await caller.call(scene.ivr.uri);
    expect(await caller.transfer(third.uri)).toBe('NORMAL');
    await scene.callers[0]?.waitForIdle();
    await scene.callers[0]?.otherLeg?.waitForIdle();
    expect([scene.ivr.channels, scene.called[0]?.extraChannel[0]?.state]).toEqual([[], State.ANSWERED]);
    expect(third.channels).toHaveLength(1);
    await scene.called[0]?.extraChannel[0]?.hangUp();
  });

  it('keeps the caller when the callee will not be transferred', async () => {
    await using scene = await openBetween((uriOf) => uriOf('bob'), answer, { relayTransfer: true });
    const caller = scene.phone.channel();
    await caller.call(scene.ivr.uri);
    expect(await caller.transfer('sip:third@192.0.2.77')).toBe('FAIL');
    expect([caller.state, scene.called[0]?.state]).toEqual([State.ANSWERED, State.ANSWERED]);
    await caller.hangUp();
  });
});
