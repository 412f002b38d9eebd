import { type Law, PCMA, PCMU } from '../codec/g711.codec.ts';
import { digitOfEvent, newTelephoneEvent, readEvent } from '../dtmf/event.codec.ts';
import { EventReceiver } from '../dtmf/event-receiver.state.ts';
import { levelOfG711, SILENCE_DBOV } from '../level/level.codec.ts';
import type { MediaPlan } from '../negotiation/plan.ts';
import { FRAME_EMPTY, FRAME_VOICE, JitterBuffer } from '../rtp/jitter-buffer.state.ts';
import { Latch } from '../rtp/latch.state.ts';
import { newRtpHeader, readRtp } from '../rtp/packet.codec.ts';
import { Reception } from '../rtp/reception.state.ts';
import type { DigitInput } from './digit-input.ts';
import { FRAME } from './rtp-sender.ts';

const UNKNOWN = -1;
const EVENT = 2;
const TICKS_PER_MS = 8;
/** Packets in a row from one place after which it counts as the only one. */
const SETTLED_AFTER = 50;
/** A source that is silent for this long may have moved; the latch wants to see where to. */
const UNSETTLED_AFTER_MS = 200;

/** Whether the far end gave no address to send to. */
export function isNowhere(remote: MediaPlan['remote']): boolean {
  return remote.rtpPort === 0 || remote.address === '0.0.0.0' || remote.address === '::';
}

/** Takes one stream in: validation, latch, statistics, jitter buffer, digits. */
export class RtpReceiver {
  readonly latch: Latch = new Latch();
  readonly jitter: JitterBuffer = new JitterBuffer();
  /** The frame of the present tick; valid when {@link RtpReceiver.take} returned `FRAME_VOICE`. */
  readonly frame: Uint8Array = new Uint8Array(FRAME);
  reception: Reception | undefined;
  readonly #digits: DigitInput;
  readonly #header = newRtpHeader();
  readonly #event = newTelephoneEvent();
  readonly #events = new EventReceiver();
  readonly #kinds = new Int8Array(128).fill(UNKNOWN);
  #receiving = false;
  #isReleased = false;
  /** The far end has given no address, as some do that hold the call. */
  #isFarEndNowhere = false;
  #kind = FRAME_EMPTY;
  /** Counts of sources that are gone. */
  #receivedBefore = 0;
  #lostBefore = 0;
  #inARow = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  #strange = 0;

  constructor(digits: DigitInput) {
    this.#digits = digits;
  }

  configure(plan: MediaPlan, receiving: boolean): void {
    this.#kinds.fill(UNKNOWN);
    for (const { payloadType, codec } of plan.receivePayloadTypes) {
      this.#kinds[payloadType] = codec === 'PCMU' ? PCMU : PCMA;
    }
    if (plan.receiveEventPayloadType !== undefined) this.#kinds[plan.receiveEventPayloadType] = EVENT;
    if (this.#receiving && !receiving) this.jitter.reset();
    this.#receiving = receiving;
    // What it has sent to others meanwhile is not lost.
    if (this.#isReleased && !plan.isReleased) this.#forgetSource();
    this.#isReleased = plan.isReleased ?? false;
    this.#isFarEndNowhere = isNowhere(plan.remote);
    // A far end that holds the call by an address of nowhere comes back to the one it had.
    if (this.#isFarEndNowhere && this.latch.remote) return;
    const before = this.latch.remote;
    this.latch.describe(plan.remote.address, plan.remote.rtpPort);
    if (this.latch.remote !== before) this.#inARow = 0;
  }

  /** Takes a datagram. @returns false when it is not RTP of this call. */
  receive(packet: Uint8Array, length: number, address: string, port: number, now: number): boolean {
    const header = this.#header;
    if (!readRtp(packet, length, header)) return false;
    // What strays here while it sends to somebody else is of no stream of ours.
    if (this.#isReleased) return true;
    const kind = this.#kinds[header.payloadType] as number;
    if (kind === UNKNOWN) {
      if (address === this.latch.remote?.address && port === this.latch.remote.port) this.#strange++;
      return false;
    }
    const { sequence, timestamp, ssrc, payloadOffset, payloadLength } = header;
    const remote = this.latch.remote;
    if (!this.latch.accept(address, port, ssrc, sequence, now)) return false;
    this.#inARow = this.latch.remote === remote ? this.#inARow + 1 : 0;
    this.#heardAt = now;
    const verdict = this.#source(ssrc).receive(
      sequence,
      timestamp,
      Math.round(now * TICKS_PER_MS) >>> 0,
      kind !== EVENT,
    );
    if (verdict === 'stale' || !this.#receiving) return true;
    if (verdict === 'restarted') this.jitter.reset();
    if (kind === EVENT) this.#takeEvent(packet, payloadOffset, payloadLength, timestamp, now);
    else this.jitter.put(packet, payloadOffset, payloadLength, kind as Law, sequence, timestamp, header.marker);
    return true;
  }

  /** Takes the frame of this tick out of the jitter buffer and says what it is. */
  take(): number {
    this.#kind = this.#receiving ? this.jitter.take(this.frame) : FRAME_EMPTY;
    return this.#kind;
  }

  /** Law of {@link RtpReceiver.frame}. */
  get law(): Law {
    return this.jitter.codec;
  }

  /** Level of the present frame in dBov. */
  get level(): number {
    return this.#kind === FRAME_VOICE ? levelOfG711(this.law, this.frame, 0, FRAME) : SILENCE_DBOV;
  }

  /** Whether packets come from one place steadily, so that the socket may be tied to it. */
  isSettled(now: number): boolean {
    if (now - this.#heardAt > UNSETTLED_AFTER_MS) this.#inARow = 0;
    return this.#inARow >= SETTLED_AFTER;
  }

  /** Whether something should come: not while the call is held. */
  get isExpecting(): boolean {
    return this.#receiving && !this.#isFarEndNowhere;
  }

  get packetsReceived(): number {
    return this.#receivedBefore + (this.reception?.received ?? 0);
  }

  /** RTP packets from the far end, also those that are of no known payload type, such as comfort noise that was not agreed. */
  get packetsHeard(): number {
    return this.packetsReceived + this.#strange;
  }

  get packetsLost(): number {
    return Math.max(0, this.#lostBefore + (this.reception?.lost ?? 0));
  }

  #source(ssrc: number): Reception {
    if (this.reception?.ssrc === ssrc) return this.reception;
    this.#forgetSource();
    this.reception = new Reception(ssrc);
    return this.reception;
  }

  /** What comes next is another stream than what has come so far. */
  #forgetSource(): void {
    if (!this.reception) return;
    this.#receivedBefore += this.reception.received;
    this.#lostBefore += this.reception.lost;
    this.reception = undefined;
    this.jitter.reset();
    this.#events.reset();
    this.#digits.sourceChanged();
  }

  #takeEvent(packet: Uint8Array, offset: number, length: number, timestamp: number, now: number): void {
    const event = this.#event;
    if (!readEvent(packet, offset, length, event)) return;
    const digit = this.#events.receive(timestamp, event.event, event.end, event.duration, now);
    if (digit !== '') this.#digits.press(digit, 'RFC4733', now);
    else this.#digits.goesOn(digitOfEvent(event.event), now);
  }
}
