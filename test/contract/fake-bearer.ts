import { expect } from 'vitest';
import type { CallHandler } from '../../src/channel/call-host.ts';
import type { Channel } from '../../src/channel/channel.ts';
import type { Playing } from '../../src/channel/play-port.ts';
import { parseDtmfInfo } from '../../src/channel/sip/dtmf-info.codec.ts';
import { SIPInfo } from '../../src/channel/sip/sip-info.ts';
import { ChannelError } from '../../src/errors.ts';
import { settled } from '../../src/testing/clock/settled.ts';
import { fakeDescription } from '../../src/testing/fake/fake-description.ts';
import type { FakeLeg } from '../../src/testing/fake/fake-leg.ts';
import { FakeNetwork, type FakeNetworkOptions } from '../../src/testing/fake/fake-network.ts';
import type { FakeMediaSession } from '../../src/testing/fake/fake-session.ts';
import { keySound } from '../../src/testing/fake/speech.ts';
import { syllables } from '../support/made-sound.ts';
import type { Bearer, Callee, FarEnd } from './bearer.ts';
import { errorLog } from './error-log.ts';
import { watchOf } from './watch.ts';

/** What a called party refuses with. */
const STATUS_OF: Partial<Record<Callee, number>> = {
  busy: 486,
  declines: 603,
  'does not answer': 480,
  'does not exist': 404,
  overloaded: 503,
  'without codec': 488,
};
const PROMPTS = { 'prompt.wav': 400, 'long.wav': 5000 };

/** The contract over fake ports: everything in memory and in virtual time. */
export async function fakeBearer(options: FakeNetworkOptions = {}): Promise<Bearer> {
  const { errors, logger } = errorLog();
  const network = new FakeNetwork({ prompts: PROMPTS, logger, inbandDtmf: 'always', ...options });
  const { clock, signaling, media, host } = network;
  const heardMs = new Map<FakeMediaSession, number>();
  media.onOpen = (session) => {
    hear(session, (ms) => heardMs.set(session, (heardMs.get(session) ?? 0) + ms));
  };
  signaling.failureFor = (to) =>
    to.includes('unresolvable') ? new ChannelError('HOST_UNRESOLVED', 'no such host') : undefined;
  signaling.onDial = (leg) => behave(leg);

  const settle = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    promise.then(over, over);
    if (!(await clock.runUntil(() => isOver))) throw new Error('this would be pending for ever: nothing is due');
    return promise;
  };

  const farEndOf = (leg: FakeLeg): FarEnd => {
    // As a user agent does whose program does not listen to such requests.
    if (leg.referrals.plans.length === 0) leg.referrals.plans = [{ accepted: 603, outcome: undefined, after: 0 }];
    const reoffer = async (direction: 'sendonly' | 'sendrecv'): Promise<void> => {
      await leg.reoffer(fakeDescription(['PCMU'], direction, 2));
      await settled();
    };
    const session = () => media.sessionOf(leg);
    let saidAt = 0;
    return {
      async press(digits, by = 'RFC4733') {
        for (const digit of digits) {
          for (const each of [by].flat()) {
            if (each === 'INFO') leg.request(new SIPInfo(digit));
            else session()?.press(digit, each);
            if (each === 'INBAND') {
              const from = clock.now();
              session()?.hear({ from, until: from + 100, sound: keySound(digit), isKey: true });
            }
            await settled();
          }
        }
      },
      async speak(ms) {
        const from = clock.now();
        saidAt = from + ms;
        session()?.hear({ from, until: from + ms, sound: { kind: 'tones', hertz: [440], amplitude: 12_000 } });
      },
      async spoken() {
        await network.elapse(Math.max(0, saidAt - clock.now()));
      },
      async talk() {
        const from = clock.now();
        const samples = syllables(2000);
        session()?.hear({ from, until: from + 2000, sound: { kind: 'samples', samples } });
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
      async gone() {
        await until(() => leg.isOver);
      },
      async digitsUpTo(last) {
        const byInfo = (): string =>
          leg.requests.map(({ contentType, body }) => parseDtmfInfo(contentType, body)?.digit ?? '').join('');
        const keys = (): string => (session()?.sentDigits ?? '') + byInfo();
        await until(() => keys().includes(last));
        return keys();
      },
      async sendRequest(request) {
        const { method, contentType, body } = request;
        leg.request({ method, contentType, body });
        await settled();
        return 200;
      },
      async requests(count) {
        await until(() => leg.requests.length >= count);
        return leg.requests;
      },
      hold: () => reoffer('sendonly'),
      resume: () => reoffer('sendrecv'),
      isHeld: () => leg.isHolding,
      follow(callee) {
        leg.referrals.plans = [{ accepted: 202, outcome: STATUS_OF[callee] ?? 200, after: 10 }];
      },
      async ask(to) {
        const { status, progress } = await settle(leg.referred({ to }));
        if (status >= 300) return 'FAIL';
        await settle(until(() => progress.some((each) => each >= 200)));
        const isDone = progress.at(-1) === 200;
        if (isDone) leg.end({ by: 'remote' });
        return isDone ? 'NORMAL' : 'TARGETREJECT';
      },
      async handOver() {
        const taker = signaling.call({ from: 'sip:taker@192.0.2.9', replaces: leg });
        await settle(until(() => taker.isAnswered));
        return farEndOf(taker);
      },
      async listen() {
        const heard = session();
        if (!heard) throw new Error('the call has no media');
        const since = clock.now();
        const playedMs = (): number =>
          heard.streams.heard().reduce((sum, { playedMs }) => sum + playedMs, heardMs.get(heard) ?? 0);
        const before = playedMs();
        return { heardMs: async () => playedMs() - before + heard.linkedMs(since) };
      },
    };
  };

  /** Looks at every instant at which something happens. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => void clock.schedule(clock.now() + 1, resolve));
  };

  const services = new DisposableStack();
  const served: Channel[] = [];

  const arrive = (codecs: readonly string[], handler: CallHandler = () => new Promise(() => undefined)) => {
    let channel: Channel | undefined;
    host.onCall((arrived) => {
      channel = arrived;
      return handler(arrived);
    });
    const leg = signaling.call({ codecs });
    if (!channel) throw new Error('the call did not arrive');
    return { channel, farEnd: farEndOf(leg) };
  };

  return {
    clock,
    watch: () => watchOf(clock),
    slack: 0,
    isRealTime: false,
    brokenPrompt: undefined,
    digitMethods: ['RFC4733', 'INBAND', 'INFO'],
    errors,
    prompt: { file: 'prompt.wav', ms: PROMPTS['prompt.wav'] },
    longPrompt: 'long.wav',
    settle,
    elapse: (ms) => network.elapse(ms),
    incoming: async (handler) => arrive(['PCMU', 'PCMA'], handler),
    incomingWithoutCodec: async () => arrive(['G729']),
    outgoing: () => host.channel(),
    bridge: (options = {}) => host.bridge(options),
    rooms: () => host.rooms,
    service(name, handler) {
      const keep: CallHandler = (channel) => {
        served.push(channel);
        return handler(channel);
      };
      services.use(host.service(name, keep));
    },
    async served() {
      await settled();
      const channel = served.at(-1);
      if (!channel) throw new Error('no service was called');
      return channel;
    },
    address: (callee) => `sip:${callee.replaceAll(' ', '-')}@192.0.2.2`,
    reached: () => signaling.dialed.length,
    agent: async () => undefined,
    async file(name) {
      return network.files.has(name) ? network.files.read(name) : undefined;
    },
    async second() {
      const channel = host.channel();
      await channel.call('sip:answers@192.0.2.2');
      const leg = signaling.dialed.at(-1);
      if (!leg) throw new Error('nobody was called');
      return { channel, farEnd: farEndOf(leg) };
    },
    async callee() {
      await settled();
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

/** Tells how long each prompt or tone of a session was on the wire, once it is off. */
function hear(session: FakeMediaSession, heard: (ms: number) => void): void {
  const listen = (task: Playing): Playing => {
    void task.finished.then(({ playedMs }) => heard(playedMs));
    return task;
  };
  const play = session.play.bind(session);
  session.play = (request) => listen(play(request));
  const playBackground = session.playBackground.bind(session);
  session.playBackground = (request) => listen(playBackground(request));
}

function behave(leg: FakeLeg): void {
  const status = STATUS_OF[userOf(leg)];
  if (status !== undefined) {
    leg.end({ by: 'remote', status, reason: 'said by the far end' });
    return;
  }
  if (userOf(leg) === 'answers' || userOf(leg) === 'rings') leg.progress(180);
  if (userOf(leg) === 'answers') leg.accept();
}

function userOf(leg: FakeLeg): Callee {
  return /^sip:([\w-]+)@/.exec(leg.invite.to)?.[1]?.replaceAll('-', ' ') as Callee;
}
