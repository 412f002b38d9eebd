import type { DigitMethod } from '../../channel/media-port.ts';
import type { LegRequest } from '../../channel/signaling-port.ts';
import { parseDtmfInfo } from '../../channel/sip/dtmf-info.codec.ts';
import type { HangupInfo } from '../../errors.ts';
import type { TestClock } from '../clock/test-clock.ts';
import { CallerSteps, type FakeStep } from './caller-steps.ts';
import type { FakeRequest, HeardPrompt } from './fake-caller.ts';
import type { FakeLeg } from './fake-leg.ts';
import type { FakeMedia } from './fake-media.ts';
import type { FakeNetwork } from './fake-network.ts';
import type { OfferPlan } from './fake-offers.ts';
import type { CheckedTransfer } from './fake-referrals.ts';
import type { FakeMediaSession } from './fake-session.ts';
import type { FakeSignaling } from './fake-signaling.ts';
import type { SoundPiece } from './sound-track.ts';
import type { TimedSound } from './speech.ts';

/** The line that the far end of a test is on: its present call, and what came over it in all its calls. */
export class CallerLine {
  readonly clock: TestClock;
  readonly steps = new CallerSteps();
  /** Called with each outbound call as it comes to this end. */
  onCall: (leg: FakeLeg) => void = () => undefined;
  /** Whether another call may come after this one. */
  mayCallAgain: () => boolean = () => false;
  /** Told what this end does that a channel cannot see. */
  onAction: (action: string, detail: string) => void = () => undefined;
  /** What this end does with the next offers of the application. */
  readonly offerPlans: OfferPlan[] = [];
  readonly #media: FakeMedia;
  readonly #signaling: FakeSignaling;
  #transferPlans: readonly CheckedTransfer[] = [];
  #leg: FakeLeg | undefined;
  readonly #legs: FakeLeg[] = [];
  readonly #sessions: FakeMediaSession[] = [];
  /** What is being said at this end. */
  #saying: readonly SoundPiece[] = [];
  #isGone = false;

  constructor({ clock, media, signaling }: Pick<FakeNetwork, 'clock' | 'media' | 'signaling'>) {
    this.clock = clock;
    this.#signaling = signaling;
    this.#media = media;
  }

  /** A call has come to this end, which it has not placed itself. */
  called(leg: FakeLeg): void {
    this.#step('call', leg.invite.requestUri);
    if (!this.#isGone) this.onCall(leg);
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

  /** Whether nobody will be at the other end any more. */
  get isFinished(): boolean {
    return this.isOver && !this.mayCallAgain();
  }

  /** Whether the application gets a key that comes in this way. */
  hears(by: DigitMethod): boolean {
    const { session } = this;
    if (this.isOver || this.#isGone || !session || session.isClosed) return false;
    return by === 'INFO' || session.isHearing;
  }

  /** Whether there is an outbound call that waits for what this end does. */
  get isCalled(): boolean {
    return this.#leg?.direction === 'outbound' && !this.isOver;
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

  /** The requests that came within calls. */
  requests(method: 'INFO' | 'MESSAGE'): readonly FakeRequest[] {
    return this.#legs
      .flatMap((leg) => leg.requests)
      .filter((request) => request.method === method)
      .map(({ contentType, body }) => ({ contentType, body }));
  }

  /** Lets time pass, no longer than the call lasts. */
  async pass(ms: number): Promise<void> {
    if (ms === 0 || this.isOver) return;
    let isDue = false;
    using _ = this.clock.schedule(this.clock.now() + ms, () => {
      isDue = true;
    });
    await this.clock.runUntil(() => isDue || this.isOver, ms);
  }

  /** Makes itself heard from now on. */
  say({ sound, ms, isKey = false, isVoice = false }: TimedSound): void {
    const from = this.clock.now();
    const piece: SoundPiece = { from, until: from + ms, sound, isKey, isVoice };
    this.#saying = [...this.#saying.filter(({ until }) => until > from), piece];
    this.session?.hear(piece);
  }

  /** What this end does with requests of the application to call somebody else. */
  planTransfers(plans: readonly CheckedTransfer[]): void {
    this.#transferPlans = plans;
    if (this.#leg) this.#leg.referrals.plans = plans;
  }

  /** Somebody else takes the place of this end. Resolves with the status that the application answers. */
  async replace(from: string | undefined): Promise<number> {
    const old = this.#leg;
    const leg = this.#signaling.call({ from, replaces: old, codecs: [this.session?.codec ?? 'PCMU'] });
    await this.clock.runUntil(() => leg.isAnswered || leg.isOver || leg.released !== undefined);
    if (leg.isAnswered) return 200;
    this.#leg = old;
    return leg.released?.status ?? 487;
  }

  hangUp(): void {
    const leg = this.#leg;
    if (!leg || this.isOver || this.#isGone) return;
    if (leg.isAnswered) leg.end({ by: 'remote', text: 'the far end sent BYE' });
    else if (leg.direction === 'inbound') leg.end({ by: 'remote', text: 'the far end sent CANCEL' });
    else leg.refuse(603, 'Decline');
  }

  /** Falls off the network, for good. */
  dropOff(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.note('drops off the network', '');
    this.#leg?.dropOff();
    this.session?.dropOff();
  }

  /** Says what this end does that a channel cannot see. */
  note(action: string, detail: string): void {
    this.onAction(action, detail);
  }

  /** Has the media of a call, as soon as the other side has described it. */
  #findMedia(leg: FakeLeg): void {
    const session = this.#media.sessionOf(leg);
    if (!session || this.#sessions.includes(session)) return;
    this.#sessions.push(session);
    session.onBegin = (step, detail) => this.#step(step, detail);
    for (const piece of this.#saying) session.hear(piece);
    if (this.#isGone) session.dropOff();
  }

  /** This is the far end of a call from now on. */
  attach(leg: FakeLeg): void {
    this.#leg = leg;
    this.#legs.push(leg);
    leg.offers.plans = this.offerPlans;
    leg.referrals.plans = this.#transferPlans;
    if (this.#isGone) leg.dropOff();
    this.#findMedia(leg);
    leg.onSent = (what, detail = '') => {
      this.#findMedia(leg);
      if (what === 'early media') this.#step('ring', '');
      else if (isPlainStep(what)) this.#step(what, detail);
      else if (what === 'info' || what === 'message') this.#request(what, leg.requests.at(-1));
    };
  }

  #request(step: 'info' | 'message', request: LegRequest | undefined): void {
    const key = step === 'info' && request ? parseDtmfInfo(request.contentType, request.body)?.digit : undefined;
    if (key !== undefined && !this.#isGone && this.session) this.session.sentDigits += key;
    this.#step(step, request?.body ?? '');
  }

  #step(step: FakeStep, detail: string): void {
    this.steps.add({ step, detail, at: this.clock.now() });
  }
}

/** What an application does to a call as a whole. */
function isPlainStep(what: string): what is 'ring' | 'answer' | 'release' | 'hold' | 'resume' | 'transfer' {
  return ['ring', 'answer', 'release', 'hold', 'resume', 'transfer'].includes(what);
}
