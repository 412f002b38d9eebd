import { ALL_DIGITS } from '../../channel/bargein.codec.ts';
import type { Channel } from '../../channel/channel.ts';
import { ChannelError } from '../../errors.ts';
import type { VirtualClock } from '../../virtual-clock.ts';
import type { FakeLeg } from './fake-leg.ts';
import { FakeNetwork, settled } from './fake-network.ts';
import type { FakeMediaSession } from './fake-session.ts';

/** What a test can wait for the application to do. */
export type FakeStep = 'ring' | 'answer' | 'release' | 'play' | 'record' | 'digits';

/** The person at the other end of a fake call, played by the test. */
export interface FakeCaller {
  /** What the application has done so far, in order: the step, and its file or digits. */
  readonly heard: readonly { readonly step: FakeStep; readonly detail: string }[];
  /** Digits that the application has sent. */
  readonly digits: string;
  /** SIP status that the call was refused with, if it was. */
  readonly refusedWith: number | undefined;
  /** Presses keys, one after the other. */
  press(digits: string): Promise<void>;
  /** Makes itself heard for so many milliseconds from now on, for silence detection. */
  speak(ms: number): void;
  /** Hangs up; before the answer this cancels the call. */
  hangUp(): Promise<void>;
  /** Resolves when the application does this for the next time, or is doing it; lets time pass until then. */
  waitFor(step: FakeStep, detail?: string): Promise<void>;
}

/** A fake call. */
export interface FakeChannel {
  /** The channel to give to the application under test: the real class over ports that exist in memory only. */
  readonly channel: Channel;
  /** The other end of the call. */
  readonly caller: FakeCaller;
  /** Time of this call. It stands still unless {@link FakeChannel.elapse} or {@link FakeCaller.waitFor} moves it. */
  readonly clock: VirtualClock;
  /** Lets so many milliseconds pass, with everything that happens in them. */
  elapse(ms: number): Promise<void>;
}

/** What a fake call is like. */
export interface FakeChannelOptions {
  /** Length of each prompt in milliseconds, by file name. A file that is not in it is not there. */
  prompts?: Readonly<Record<string, number>> | undefined;
  /** Header fields of the INVITE. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** URI of the caller. */
  from?: string | undefined;
  /** URI that is called. */
  to?: string | undefined;
}

/** Longest time that `waitFor()` lets pass. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * A channel with an inbound call for the tests of an application: no socket, no file, no audio, and time that passes only when the
 * test says so. Its methods keep all laws of a real channel, for they are the same code.
 *
 * @example
 * const { channel, caller, elapse } = createFakeChannel({ prompts: { 'menu.wav': 3000 } });
 * const done = myMenu(channel);
 * await caller.waitFor('play', 'menu.wav');
 * await caller.press('2');
 * await elapse(5000);
 * await caller.hangUp();
 * await done;
 */
export function createFakeChannel(options: FakeChannelOptions = {}): FakeChannel {
  const network = new FakeNetwork({ prompts: options.prompts });
  let channel: Channel | undefined;
  network.host.onCall((incoming) => {
    channel = incoming;
    return incoming.waitForIdle();
  });
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => ({ name, value }));
  const caller = new Caller(network, () => network.signaling.call({ from: options.from, to: options.to, headers }));
  if (!channel) throw new ChannelError('INTERNAL', 'the fake call did not reach its channel');
  return { channel, caller, clock: network.clock, elapse: (ms) => network.elapse(ms) };
}

class Caller implements FakeCaller {
  readonly heard: { readonly step: FakeStep; readonly detail: string }[] = [];
  readonly #network: FakeNetwork;
  readonly #leg: FakeLeg;
  #session: FakeMediaSession | undefined;
  /** How many of the steps have been waited for. */
  #seen = 0;

  constructor(network: FakeNetwork, call: () => FakeLeg) {
    this.#network = network;
    network.media.onOpen = (session) => {
      this.#session = session;
      session.onBegin = (step, detail) => this.heard.push({ step, detail });
    };
    this.#leg = call();
    this.#leg.onSent = (what) => {
      const step = what === 'early media' ? 'ring' : what;
      if (step === 'ring' || step === 'answer' || step === 'release') this.heard.push({ step, detail: '' });
    };
  }

  get digits(): string {
    return this.#session?.sentDigits ?? '';
  }

  get refusedWith(): number | undefined {
    if (!this.#leg.released || this.#leg.sent.includes('answer')) return undefined;
    return this.#leg.released.status ?? 603;
  }

  async press(digits: string): Promise<void> {
    for (const digit of digits) {
      if (!ALL_DIGITS.includes(digit))
        throw new ChannelError('INVALID_ARGUMENT', `there is no key ${JSON.stringify(digit)}`);
      this.#session?.press(digit);
      await settled();
    }
  }

  speak(ms: number): void {
    this.#session?.hear(ms);
  }

  async hangUp(): Promise<void> {
    this.#leg.end({
      by: 'remote',
      status: this.#leg.sent.includes('answer') ? undefined : 487,
      text: 'the caller hung up',
    });
    await settled();
  }

  async waitFor(step: FakeStep, detail?: string): Promise<void> {
    const { clock } = this.#network;
    const limit = clock.now() + LONGEST_WAIT_MS;
    for (;;) {
      await settled();
      const found = this.heard.findIndex((entry, index) => index >= this.#seen && fits(entry, step, detail));
      if (found >= 0) {
        this.#seen = found + 1;
        return;
      }
      const next = clock.nextAt;
      if (next === undefined || next > limit) throw this.#neverDone(step, detail);
      clock.advanceTo(next);
    }
  }

  #neverDone(step: FakeStep, detail: string | undefined): ChannelError {
    const done = this.heard.map((entry) => `${entry.step} ${entry.detail}`.trim()).join(', ') || 'nothing';
    return new ChannelError('TIMEOUT', `the application never came to ${step} ${detail ?? ''}; it did: ${done}`);
  }
}

function fits(entry: { step: FakeStep; detail: string }, step: FakeStep, detail: string | undefined): boolean {
  return entry.step === step && (detail === undefined || entry.detail === detail);
}
