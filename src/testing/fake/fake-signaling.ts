import type { DialRequest, HeaderField, Leg, SignalingPort } from '../../channel/signaling-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import type { MediaDirection } from '../../media-description.ts';
import { fakeDescription } from './fake-description.ts';
import { FakeLeg, type FakeLegOptions } from './fake-leg.ts';

/** A call to the channel under test. */
export interface FakeInvite {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly headers?: readonly HeaderField[] | undefined;
  /** Codecs that the caller offers; PCMU and PCMA by default. `'none'` asks for our offer. */
  readonly codecs?: readonly string[] | 'none' | undefined;
  /** How audio may flow as far as the caller is concerned, seen from there; `sendrecv` by default. */
  readonly direction?: MediaDirection | undefined;
  /** The call whose far end this one is to take the place of. */
  readonly replaces?: FakeLeg | undefined;
}

/** Signalling without messages: calls are handed over in memory. */
export class FakeSignaling implements SignalingPort {
  readonly listening = [{ transport: 'UDP', address: '192.0.2.1', port: 5060 }];
  /** Every call that was placed, in order. */
  readonly dialed: FakeLeg[] = [];
  /** Called with each call in either direction, before anything happens on it. */
  onLeg: (leg: FakeLeg) => void = () => undefined;
  /** What the called party does; it does nothing by default. */
  onDial: (leg: FakeLeg) => void = () => undefined;
  /** Decides whether an address can be called at all. */
  failureFor: (to: string) => ChannelError | undefined = () => undefined;
  isClosed = false;
  readonly #legs: FakeLeg[] = [];
  #handler: (leg: Leg) => void = () => undefined;
  readonly #clock: Clock;
  #calls = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onIncoming(handler: (leg: Leg) => void): void {
    this.#handler = handler;
  }

  async dial(request: DialRequest): Promise<FakeLeg> {
    const failure = this.failureFor(request.to);
    if (failure) throw failure;
    const offer = await request.offer('192.0.2.1');
    if (this.isClosed) throw new ChannelError('STOPPED', 'signalling has been closed');
    const leg = this.#make({
      direction: 'outbound',
      from: request.from ?? 'sip:offhook@192.0.2.1',
      to: request.to,
      headers: request.headers ?? [],
      offer,
      asked: request,
    });
    this.dialed.push(leg);
    void Promise.resolve().then(() => this.onDial(leg));
    return leg;
  }

  /** Somebody calls. */
  call({
    from = 'sip:caller@192.0.2.2',
    to = 'sip:offhook@192.0.2.1',
    headers = [],
    codecs = ['PCMU', 'PCMA'],
    direction = 'sendrecv',
    replaces,
  }: FakeInvite = {}): FakeLeg {
    const offer = codecs === 'none' ? undefined : fakeDescription(codecs, direction, 1);
    const leg = this.#make({ direction: 'inbound', from, to, headers, offer, replaces });
    this.#handler(leg);
    return leg;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const leg of this.#legs) leg.end({ by: 'local', text: 'signalling was closed' });
  }

  #make(call: Omit<FakeLegOptions, 'callId' | 'clock'>): FakeLeg {
    this.#calls++;
    const leg = new FakeLeg({ ...call, callId: `fake-${this.#calls}`, clock: this.#clock });
    this.#legs.push(leg);
    this.onLeg(leg);
    return leg;
  }
}
