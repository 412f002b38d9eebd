import type {
  DialRequest,
  HeaderField,
  InviteInfo,
  Leg,
  LegEvent,
  LegRequest,
  ReferRequest,
  Referral,
  Release,
} from '../../channel/signaling-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError, Hangup, type HangupInfo } from '../../errors.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';
import { fakeDescription } from './fake-description.ts';
import { FakeOffers } from './fake-offers.ts';
import { addressOf, type FakeReferral, FakeReferrals } from './fake-referrals.ts';

export interface FakeLegOptions {
  readonly direction: 'inbound' | 'outbound';
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly headers: readonly HeaderField[];
  readonly offer: SessionDescription | undefined;
  readonly clock: Clock;
  /** Inbound: the call that it wants to take the place of. */
  readonly replaces?: FakeLeg | undefined;
  /** Outbound: what was asked for. */
  readonly asked?: Pick<DialRequest, 'maxRedirects' | 'referredBy' | 'replaces'> | undefined;
}

/** How long signalling waits for a confirmation that does not come: 64·T1 (RFC 3261 §17.1.1.2). */
const UNCONFIRMED_MS = 32_000;

/** One call between the channel under test and a far end that the test plays. */
export class FakeLeg implements Leg {
  readonly direction: 'inbound' | 'outbound';
  readonly invite: InviteInfo;
  readonly offer: SessionDescription | undefined;
  readonly localAddress = '192.0.2.1';
  readonly replaces: FakeLeg | undefined;
  /** Outbound: what was asked for. */
  readonly asked: FakeLegOptions['asked'];
  /** Offers after the answer. */
  readonly offers: FakeOffers;
  /** Requests to call somebody else. */
  readonly referrals: FakeReferrals;
  /** Whether this side holds the far end. */
  isHolding = false;
  /** Whether the far end confirms our goodbye, and acknowledges our answer. */
  confirms = true;
  /** What the far end puts into its ACK after a late offer. */
  lateAnswer: SessionDescription | undefined;
  /** What this side did: `ring`, `early media`, `answer`, `hold`, `resume`, `transfer`, `info`, `message`, `release`. */
  readonly sent: string[] = [];
  /** Requests that this side has sent within the call. */
  readonly requests: LegRequest[] = [];
  /** What the far end answers such requests with; `undefined` leaves them unanswered. */
  requestStatus: number | undefined = 200;
  /** What this side answers the requests of the far end with, in order. */
  readonly responses: Promise<number>[] = [];
  respond: Leg['respond'];
  /** How this side ended the call. */
  released: Release | undefined;
  /** The header fields of our 200. */
  answerHeaders: readonly HeaderField[] = [];
  /** Called after each thing that this side did; with the address that it is about, if there is one. */
  onSent: (what: string, detail?: string) => void = () => undefined;
  /** Inbound: how this side has described its media first. */
  described: SessionDescription | undefined;
  #listener: ((event: LegEvent) => void) | undefined;
  readonly #early: LegEvent[] = [];
  /** Rejects the requests of this side that will not be answered any more. */
  readonly #unanswered: ((info: HangupInfo) => void)[] = [];
  readonly #clock: Clock;
  #isAnswered = false;
  /** Outbound: the far end has answered something. */
  #isProceeding = false;
  #isGone = false;
  #ended: HangupInfo | undefined;
  #timers: Disposable[] = [];
  #acknowledge: ((late: SessionDescription | undefined) => void) | undefined;
  #redirectsLeft: number;

  constructor({ direction, from, to, callId, headers, offer, clock, replaces, asked }: FakeLegOptions) {
    this.replaces = replaces;
    this.asked = asked;
    this.#redirectsLeft = asked?.maxRedirects ?? 0;
    this.referrals = new FakeReferrals(this);
    this.offers = new FakeOffers(this, direction === 'outbound');
    this.#clock = clock;
    this.direction = direction;
    this.offer = offer;
    this.invite = {
      requestUri: to,
      from,
      to,
      callId,
      transport: 'UDP',
      remoteAddress: '192.0.2.2:5060',
      header: (name) =>
        headers.filter((field) => field.name.toLowerCase() === name.toLowerCase()).map((field) => field.value),
      headers,
    };
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** How the call ended; undefined while it has not. */
  get ended(): HangupInfo | undefined {
    return this.#ended;
  }

  listen(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#early.splice(0)) listener(event);
  }

  ring(description?: SessionDescription): void {
    this.described ??= description;
    this.#note(description ? 'early media' : 'ring');
  }

  answer(
    description: SessionDescription,
    headers: readonly HeaderField[] = [],
  ): Promise<SessionDescription | undefined> {
    this.described ??= description;
    this.answerHeaders = headers;
    this.#isAnswered = true;
    this.#note('answer');
    return new Promise((resolve) => {
      this.#acknowledge = resolve;
      if (this.isOver) resolve(undefined);
      else if (this.#isGone) this.#unconfirmed({ by: 'network', status: 408, text: 'the 200 was never acknowledged' });
      else if (this.confirms) this.acknowledge();
    });
  }

  release(release: Release = {}): void {
    if (this.isOver || this.released) return;
    this.released = release;
    this.#note('release');
    const status = this.#isAnswered ? undefined : (release.status ?? (this.direction === 'inbound' ? 603 : 487));
    const info: HangupInfo = { by: 'local', status, text: release.text };
    if (this.#isGone && this.#isAnswered) this.#unconfirmed(info);
    else if (this.confirms) void Promise.resolve().then(() => this.end(info));
  }

  reinvite(offer: () => SessionDescription): Promise<SessionDescription> {
    if (this.isOver || !this.#isAnswered) {
      return Promise.reject(new ChannelError('INVALID_STATE', 'the call is not answered'));
    }
    if (this.#isGone) this.offers.plans.unshift('silence');
    return this.offers.reinvite(offer);
  }

  /** The far end has agreed to an offer of this side with this direction. */
  agreed(direction: MediaDirection): void {
    const before = this.isHolding;
    this.isHolding = direction !== 'sendrecv';
    if (this.isHolding !== before) this.#note(before ? 'resume' : 'hold');
  }

  refer(request: ReferRequest): Referral {
    if (this.isOver || !this.#isAnswered) throw new ChannelError('INVALID_STATE', 'the call is not answered');
    this.#note('transfer', addressOf(request));
    if (this.#isGone) this.referrals.plans = [{ accepted: 202, outcome: undefined, after: 0 }];
    return this.referrals.refer(request);
  }

  /** The far end asks this side to call somebody; resolves with what comes of it. */
  referred(request: Parameters<FakeReferrals['referred']>[0]): Promise<FakeReferral> {
    return this.referrals.referred(request, (request, reply) => this.#receive({ type: 'refer', request, reply }));
  }

  /** Outbound: the far end says that it can be reached elsewhere. Whether the call goes on there. */
  redirect(contacts: readonly string[], status: number): boolean {
    const [to] = contacts;
    if (to !== undefined && this.#redirectsLeft-- > 0) {
      this.#receive({ type: 'redirected', to });
      return true;
    }
    if (!this.#isGone) this.end({ by: 'remote', status, contacts, text: `the far end answered ${status}` });
    return false;
  }

  async send(request: LegRequest): Promise<number> {
    if (this.isOver || !this.#isAnswered) throw new ChannelError('INVALID_STATE', 'the call is not answered');
    this.requests.push(request);
    this.#note(request.method === 'INFO' ? 'info' : 'message');
    if (this.requestStatus !== undefined) return this.requestStatus;
    return new Promise((resolve, reject) => {
      this.#unanswered.push((info) => reject(new Hangup(info)));
      this.after(UNCONFIRMED_MS, () => resolve(408));
    });
  }

  /** The far end sends a request within the call, perhaps before the answer. */
  request({ headers = [], ...request }: Omit<LegRequest, 'headers'> & Partial<Pick<LegRequest, 'headers'>>): void {
    if (this.released) return;
    const whole = { ...request, headers };
    this.responses.push(this.respond?.(whole) ?? Promise.resolve(200));
    this.#receive({ type: 'request', request: whole });
  }

  /** The far end of an outbound call refuses it. */
  refuse(status: number, reason?: string): void {
    if (this.#isGone) return;
    this.end({ by: 'remote', status, reason, text: `the far end answered ${status} ${reason ?? ''}`.trimEnd() });
  }

  /** The far end falls off the network: it confirms nothing any more, and we have to find out. */
  dropOff(): void {
    this.#isGone = true;
    this.requestStatus = undefined;
    if (this.direction === 'outbound' && !this.#isProceeding) {
      this.#unconfirmed({ by: 'network', status: 408, text: 'nobody answered the INVITE' });
    }
  }

  /** The far end acknowledges our answer. */
  acknowledge(): void {
    this.#acknowledge?.(this.offer ? undefined : this.lateAnswer);
  }

  /** The far end of an outbound call sends a provisional response. */
  progress(status: number, withMedia = false): void {
    this.#isProceeding = true;
    this.#receive({
      type: 'progress',
      status,
      description: withMedia ? fakeDescription(['PCMU'], 'sendrecv', 1) : undefined,
    });
  }

  /** The far end answers an outbound call. */
  accept(encodings: readonly string[] = ['PCMU']): void {
    if (this.#isGone) return;
    this.#isProceeding = true;
    this.#isAnswered = true;
    this.#receive({ type: 'answered', description: fakeDescription(encodings, 'sendrecv', 1) });
  }

  /** The far end offers something new; undefined asks for our offer. Resolves with our answer, or the status of our refusal. */
  reoffer(description: SessionDescription | undefined): Promise<SessionDescription | number> {
    return new Promise((resolve) => {
      const reply = this.offers.offered(description, { accept: resolve, refuse: resolve });
      this.#receive({ type: 'offer', description, reply });
    });
  }

  /** The far end's answer to an offer that we made in a 2xx. */
  lateAnswered(description: SessionDescription): void {
    this.#receive({ type: 'answer', description });
  }

  /** The call is over. */
  end(info: HangupInfo): void {
    if (this.isOver) return;
    this.#ended = info;
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#emit({ type: 'ended', info });
    this.#acknowledge?.(undefined);
    for (const reject of this.#unanswered.splice(0)) reject(info);
    this.offers.end(info);
    this.referrals.end();
  }

  /** Does something so many milliseconds from now, unless the call is over by then. */
  after(ms: number, run: () => void): void {
    this.#timers.push(this.#clock.schedule(this.#clock.now() + ms, run));
  }

  #unconfirmed(info: HangupInfo): void {
    this.after(UNCONFIRMED_MS, () => this.end(info));
  }

  #note(what: string, detail?: string): void {
    this.sent.push(what);
    this.onSent(what, detail);
  }

  /** Something comes from the far end. */
  #receive(event: LegEvent): void {
    if (!this.isOver && !this.#isGone) this.#emit(event);
  }

  #emit(event: LegEvent): void {
    if (this.#listener) this.#listener(event);
    else this.#early.push(event);
  }
}
