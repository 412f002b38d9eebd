import { expect } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { ChannelError } from '../../src/errors.ts';
import type { FakeLeg } from '../../src/testing/fake/fake-leg.ts';
import { FakeNetwork, settled } from '../../src/testing/fake/fake-network.ts';
import type { Bearer, Callee, FarEnd } from './bearer.ts';

const PROMPTS = { 'prompt.wav': 400, 'long.wav': 5000 };

/** The contract over fake ports: everything in memory and in virtual time. */
export async function fakeBearer(): Promise<Bearer> {
  const network = new FakeNetwork({ prompts: PROMPTS });
  const { clock, signaling, media, host } = network;
  let arrived: Channel | undefined;
  host.onCall((channel) => {
    arrived = channel;
    return new Promise(() => undefined);
  });
  signaling.failureFor = (to) =>
    to.includes('unresolvable') ? new ChannelError('HOST_UNRESOLVED', 'no such host') : undefined;
  signaling.onDial = (leg) => behave(leg);

  const settle = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    promise.then(over, over);
    await settled();
    while (!isOver) {
      const next = clock.nextAt;
      if (next === undefined) throw new Error('this would be pending for ever: nothing is due');
      clock.advanceTo(next);
      await settled();
    }
    return promise;
  };

  const farEndOf = (leg: FakeLeg): FarEnd => {
    const session = () => media.sessions.at(-1);
    return {
      async press(digits) {
        for (const digit of digits) {
          session()?.press(digit);
          await settled();
        }
      },
      async hangUp() {
        leg.end({
          by: 'remote',
          status: leg.sent.includes('answer') || leg.direction === 'outbound' ? undefined : 487,
        });
        await settled();
      },
      async refusal() {
        return leg.released?.status ?? 603;
      },
      async digits(count) {
        while ((session()?.sentDigits.length ?? 0) < count && clock.nextAt !== undefined) await network.elapse(10);
        return session()?.sentDigits ?? '';
      },
    };
  };

  const arrive = (codecs: readonly string[]) => {
    arrived = undefined;
    const leg = signaling.call({ codecs });
    const channel = arrived as Channel | undefined;
    if (!channel) throw new Error('the call did not arrive');
    return { channel, farEnd: farEndOf(leg) };
  };

  return {
    clock,
    prompt: { file: 'prompt.wav', ms: PROMPTS['prompt.wav'] },
    longPrompt: 'long.wav',
    settle,
    elapse: (ms) => network.elapse(ms),
    incoming: async () => arrive(['PCMU', 'PCMA']),
    incomingWithoutCodec: async () => arrive(['G729']),
    outgoing: () => host.channel(),
    address: (callee) => `sip:${callee.replace(' ', '-')}@192.0.2.2`,
    async callee() {
      const leg = signaling.dialed.at(-1);
      if (!leg) throw new Error('nobody was called');
      return farEndOf(leg);
    },
    async [Symbol.asyncDispose]() {
      await settle(host.stop(0));
      expect({ timers: clock.pending, channels: host.channels.length }).toEqual({ timers: 0, channels: 0 });
      expect(media.sessions.every((session) => session.isClosed)).toBe(true);
    },
  };
}

function behave(leg: FakeLeg): void {
  switch (/^sip:([\w-]+)@/.exec(leg.invite.to)?.[1]?.replace('-', ' ') as Callee) {
    case 'answers':
      leg.progress(180);
      leg.accept();
      return;
    case 'rings':
      leg.progress(180);
      return;
    case 'busy':
      leg.end({ by: 'remote', status: 486, reason: 'Busy Here' });
      return;
    case 'declines':
      leg.end({ by: 'remote', status: 603, reason: 'Decline' });
      return;
    case 'without codec':
      leg.end({ by: 'remote', status: 488 });
      return;
    case 'silent':
    case 'unresolvable':
      return;
  }
}
