import type { HangupInfo } from '../../errors.ts';
import type { TestClock } from '../clock/test-clock.ts';
import { CallerSteps, type FakeStep } from './caller-steps.ts';
import type { FakeRequest, HeardPrompt } from './fake-caller.ts';
import type { FakeLeg } from './fake-leg.ts';
import type { FakeNetwork } from './fake-network.ts';
import type { FakeMediaSession } from './fake-session.ts';

/** The line that the caller of a test is on: its present call, and what came over it in all its calls. */
export class CallerLine {
  readonly clock: TestClock;
  readonly steps = new CallerSteps();
  readonly requests: FakeRequestByMethod[] = [];
  /** Called with each outbound call as it comes to this end. */
  onCall: (leg: FakeLeg) => void = () => undefined;
  #leg: FakeLeg | undefined;
  #isGone = false;
  readonly #sessions: FakeMediaSession[] = [];

  constructor(network: FakeNetwork) {
    this.clock = network.clock;
    network.media.onOpen = (session) => this.#open(session);
    network.signaling.onLeg = (leg) => this.#attach(leg);
    network.signaling.onDial = (leg) => {
      this.#note('call', leg.invite.requestUri);
      this.onCall(leg);
    };
  }

  /** The present call, or the last one. */
  get leg(): FakeLeg | undefined {
    return this.#leg;
  }

  /** The media of the present call, once the application has opened it. */
  get session(): FakeMediaSession | undefined {
    return this.#sessions.at(-1);
  }

  /** Whether nobody is at the other end: there was no call, it is over, or the application has hung up. */
  get isOver(): boolean {
    return this.#leg === undefined || this.#leg.isOver || this.#leg.released !== undefined;
  }

  /** How the last call ended. */
  get ended(): HangupInfo | undefined {
    return this.#leg?.ended;
  }

  get heard(): readonly HeardPrompt[] {
    return this.#sessions.flatMap((session) => session.heard());
  }

  get sentDigits(): string {
    return this.#sessions.map((session) => session.sentDigits).join('');
  }

  /** Whether there is an outbound call that waits for what this end does. */
  get isCalled(): boolean {
    return this.#leg?.direction === 'outbound' && !this.isOver;
  }

  /** Falls off the network, for good. */
  dropOff(): void {
    this.#isGone = true;
    this.#leg?.dropOff();
    this.session?.dropOff();
  }

  #open(session: FakeMediaSession): void {
    this.#sessions.push(session);
    if (this.#isGone) session.dropOff();
    session.onBegin = (step, detail) => this.#note(step, detail);
  }

  #attach(leg: FakeLeg): void {
    this.#leg = leg;
    if (this.#isGone) leg.dropOff();
    leg.onSent = (what) => {
      if (what === 'early media') this.#note('ring', '');
      else if (what === 'ring' || what === 'answer' || what === 'release') this.#note(what, '');
      else this.#requested(leg);
    };
  }

  #requested(leg: FakeLeg): void {
    const request = leg.requests.at(-1);
    if (!request) return;
    const { method, contentType, body } = request;
    this.requests.push({ method, contentType, body });
    this.#note(method === 'INFO' ? 'info' : 'message', body);
  }

  #note(step: FakeStep, detail: string): void {
    this.steps.add({ step, detail, at: this.clock.now() });
  }
}

interface FakeRequestByMethod extends FakeRequest {
  readonly method: 'INFO' | 'MESSAGE';
}
