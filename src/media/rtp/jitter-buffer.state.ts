import { type Law, PCMU, silenceOf } from '../codec/g711.codec.ts';
import { peakOfG711 } from '../level/level.codec.ts';
import { SampleRing } from './sample-ring.state.ts';
import { SlackWindow } from './slack-window.state.ts';

/** {@link JitterBuffer.take} gave a frame. */
export const FRAME_VOICE = 0;
/** A frame is missing that should be there: conceal it. */
export const FRAME_LOST = 1;
/** Nothing is expected: the sender is silent, sends digits, or has not begun. */
export const FRAME_EMPTY = 2;
export type FrameResult = typeof FRAME_VOICE | typeof FRAME_LOST | typeof FRAME_EMPTY;

/** Samples of a frame of 20 ms. Positions, slack and depth are in samples of 8 kHz. */
const FRAME = 160;
const SAMPLES_PER_MS = 8;
const MAX_DEPTH = 400 * SAMPLES_PER_MS;
const FIRST_DEPTH = 2 * FRAME;
/** Longest packet that is taken, 200 ms. */
const MAX_PACKET = 200 * SAMPLES_PER_MS;
/** Timestamps that leave the expected range by more than this begin a new numbering. */
const JUMP = 200 * SAMPLES_PER_MS;
/** Frames in a row that are called lost; after them the sender is taken to be silent. */
const MAX_LOST_RUN = 5;
/** Packets of consecutive numbers that come too late before the sender is taken to have begun a new numbering. */
const MAX_LATE_RUN = 16;
/** Frames between two corrections. */
const REST_FRAMES = 5;
/** Frames for which a quiet one is waited for when the delay is to grow, to shrink, and to shrink by more than 80 ms. */
const PATIENCE = { grow: 10, shrink: 50, shrinkMuch: 25 } as const;
/** A frame with no sample above this (-36 dBov) can be repeated or left out unheard. */
const QUIET_PEAK = 512;
/** Sequence numbers of which is known whether they came. */
const SEEN = 64;

/**
 * Adaptive jitter buffer of one G.711 stream: packets of any length in any order in, one frame every 20 ms out.
 *
 * Audio is kept by time, not by packet. What is measured is how much before its time each packet comes (its slack). When a
 * packet is missing and later ones are there, its frames are given up; when nothing is there, playing waits, and the delay
 * has grown by just what was needed. A delay that was longer than necessary for five seconds is shortened frame by frame, in
 * quiet ones where possible. That absorbs clock drift as well. Nothing is allocated after construction.
 */
export class JitterBuffer {
  /** Law of the frames that {@link JitterBuffer.take} gives. */
  codec: Law = PCMU;
  /** Packets that came too late, twice, or were of no use. */
  discarded = 0;
  /** Packets of {@link JitterBuffer.discarded} that came too late. */
  late = 0;
  /** Frames that were reported as lost. */
  concealed = 0;
  /** Frames that were left out to shorten the delay. */
  dropped = 0;

  readonly #ring = new SampleRing();
  readonly #slack = new SlackWindow();
  readonly #seen = new Int32Array(SEEN).fill(-1);
  #active = false;
  /** RTP timestamp of position 0. */
  #origin = 0;
  /** Position of the next frame, and behind the last sample that arrived. */
  #play = 0;
  #end = 0;
  #sequence = 0;
  /** Bounds of the last stretch in which the sender sent nothing. */
  #gapStart = 0;
  #gapEnd = 0;
  /** Frames that playing has waited for the next packet. */
  #held = 0;
  #lostRun = MAX_LOST_RUN;
  #lateRun = 0;
  #lateNext = 0;
  /** Frames since the last correction of the delay. */
  #rest = 0;
  #target = FIRST_DEPTH;

  /** Audio in the buffer, in milliseconds. */
  get depthMs(): number {
    return Math.max(0, (this.#end - this.#play) | 0) / SAMPLES_PER_MS;
  }

  /** Delay that the measured jitter calls for, in milliseconds; a new stream begins with it. */
  get targetMs(): number {
    return this.#targetDepth() / SAMPLES_PER_MS;
  }

  /**
   * Takes a packet.
   *
   * @param payload - holds `length` bytes of G.711 at `offset`; they are copied.
   * @param marker - the RTP marker: the sender was silent before this packet.
   */
  put(
    payload: Uint8Array,
    offset: number,
    length: number,
    codec: Law,
    sequence: number,
    timestamp: number,
    marker: boolean,
  ): void {
    const twice = this.#active && this.#seen[sequence % SEEN] === sequence;
    if (length < 1 || length > MAX_PACKET || twice) {
      this.discarded++;
      return;
    }
    if (codec !== this.codec) {
      this.#ring.translate(this.codec, codec);
      this.codec = codec;
    }
    this.#follow(length, sequence, timestamp, marker);
    this.#seen[sequence % SEEN] = sequence;
    this.#store(payload, offset, length, (timestamp - this.#origin) | 0, sequence);
  }

  /**
   * Gives the next 20 ms. To be called once every 20 ms of our clock.
   *
   * @param into - gets 160 bytes when the result is {@link FRAME_VOICE}, and is left alone otherwise.
   */
  take(into: Uint8Array): FrameResult {
    if (!this.#active) return FRAME_EMPTY;
    if (this.#ring.has(this.#play, FRAME)) return this.#voice(into);
    if (((this.#end - this.#play) | 0) >= FRAME) return this.#missing(into);
    this.#held++;
    this.#slack.shift(FRAME);
    return this.#gone();
  }

  /** Forgets the stream: the next packet is of another source, or the numbering has begun anew. Counters go on. */
  reset(): void {
    this.#ring.clear(this.#play, Number.POSITIVE_INFINITY);
    this.#end = this.#play;
    this.#active = false;
    this.#held = 0;
    this.#lateRun = 0;
    this.#lostRun = MAX_LOST_RUN;
  }

  /** Keeps the timeline in step with what the sender does: new numbering, silence, and packets after a wait. */
  #follow(length: number, sequence: number, timestamp: number, marker: boolean): void {
    let silentBefore = marker;
    if (this.#active) {
      const position = (timestamp - this.#origin) | 0;
      const beyond = (position - this.#end) | 0;
      const ahead = (sequence - this.#sequence) & 0xffff;
      if (beyond < 0 && (ahead === 0 || ahead >= 0x8000)) return;
      silentBefore ||= ahead === 1;
      if (this.#isJump(position, beyond)) {
        this.#place(timestamp);
        silentBefore = true;
      } else if (this.#held > 0) {
        this.#resume(position);
      }
    } else {
      this.#active = true;
      this.#place(timestamp);
      silentBefore = true;
    }
    this.#sequence = sequence;
    this.#held = 0;
    const position = (timestamp - this.#origin) | 0;
    if (silentBefore && ((position - this.#end) | 0) > 0) {
      this.#gapStart = this.#end;
      this.#gapEnd = position;
    }
    if (((position + length - this.#end) | 0) > 0) this.#end = (position + length) | 0;
  }

  /** Only packets that are newer in sequence or in time are asked about. */
  #isJump(position: number, beyond: number): boolean {
    if (beyond < -JUMP) return true;
    return beyond > JUMP && ((position - this.#play) | 0) - this.#held * FRAME > MAX_DEPTH;
  }

  /** Begins a timeline: the packet with this timestamp is played when the target depth has passed, after what is still there. */
  #place(timestamp: number): void {
    this.#target = this.#targetDepth();
    this.#slack.reset();
    this.#seen.fill(-1);
    const position = (this.#play + Math.max(this.#target, (this.#end - this.#play) | 0)) | 0;
    this.#origin = (timestamp - position) | 0;
  }

  #targetDepth(): number {
    const spread = this.#slack.spread;
    return spread === undefined ? this.#target : Math.min(MAX_DEPTH, FRAME + Math.ceil(spread / FRAME) * FRAME);
  }

  /**
   * Decides how much of the time that playing has waited is left out. If the packet is on time as if nothing had been waited for,
   * all of it: the sender was silent, or packets were lost. If it is late, only so much that it is played now.
   */
  #resume(position: number): void {
    const waited = this.#held * FRAME;
    const ahead = (position - this.#play) | 0;
    this.#slack.shift(-waited);
    let move = waited;
    if (this.#held <= MAX_LOST_RUN) {
      move = Math.min(waited, Math.max(0, ahead));
    } else if (ahead < waited) {
      // The sender's timestamps stood still while it was silent: a new beginning, with some room for jitter.
      move = ahead - FRAME;
    } else {
      // Nobody hears the delay being corrected in silence.
      move = Math.min(waited + this.#slack.correction, ahead);
    }
    this.#slack.shift(waited - move);
    this.#advance(move);
  }

  #store(payload: Uint8Array, offset: number, length: number, position: number, sequence: number): void {
    let slack = (position - this.#play) | 0;
    if (slack > MAX_DEPTH) {
      const excess = Math.ceil((slack - MAX_DEPTH) / FRAME);
      this.dropped += excess;
      this.#slack.shift(-excess * FRAME);
      this.#advance(excess * FRAME);
      slack -= excess * FRAME;
    }
    // However late, one packet makes the delay longer by one frame only.
    this.#slack.add(Math.max(slack, -FRAME));
    if (slack + length <= 0) {
      this.discarded++;
      this.late++;
      this.#lateRun = sequence === this.#lateNext ? this.#lateRun + 1 : 1;
      this.#lateNext = (sequence + 1) & 0xffff;
      if (this.#lateRun < MAX_LATE_RUN) return;
      // A whole stream of late packets: the next one begins a new timeline. How late they were says nothing about jitter.
      this.#slack.reset();
      this.reset();
      return;
    }
    this.#lateRun = 0;
    const gone = Math.max(0, -slack);
    this.#ring.write((position + gone) | 0, payload, offset + gone, length - gone);
  }

  #advance(by: number): void {
    if (by > 0) this.#ring.clear(this.#play, by);
    this.#play = (this.#play + by) | 0;
  }

  #voice(into: Uint8Array): FrameResult {
    this.#slack.tick();
    this.#lostRun = 0;
    this.#ring.read(this.#play, into, FRAME);
    const correction = ++this.#rest < REST_FRAMES ? 0 : this.#slack.correction;
    const quiet = correction !== 0 && peakOfG711(this.codec, into, 0, FRAME) <= QUIET_PEAK;
    if (correction < 0 && ((this.#end - this.#play) | 0) < MAX_DEPTH) {
      if (quiet) {
        // The frame sounds again.
        this.#wait();
        return FRAME_VOICE;
      }
      if (this.#slack.least < 0 && this.#rest >= PATIENCE.grow) {
        this.#wait();
        this.concealed++;
        return FRAME_LOST;
      }
    } else if (correction > 0 && this.#ring.has((this.#play + FRAME) | 0, FRAME)) {
      const patience = correction > 4 * FRAME ? PATIENCE.shrinkMuch : PATIENCE.shrink;
      // One frame too much is less of a nuisance than a gap in somebody's speech: that waits for a quiet frame, however long.
      if (quiet || (correction > FRAME && this.#rest >= patience)) {
        this.#slack.shift(-FRAME);
        this.#advance(FRAME);
        this.#ring.read(this.#play, into, FRAME);
        this.#rest = 0;
        this.dropped++;
      }
    }
    this.#advance(FRAME);
    return FRAME_VOICE;
  }

  /** Makes the delay longer by a frame. */
  #wait(): void {
    this.#slack.shift(FRAME);
    this.#rest = 0;
  }

  /** Later audio is there, but not all of this frame: it is given up. */
  #missing(into: Uint8Array): FrameResult {
    this.#slack.tick();
    const present = this.#ring.readAround(this.#play, into, FRAME, this.#gapStart, this.#gapEnd, silenceOf(this.codec));
    this.#advance(FRAME);
    if (present < 0) return this.#gone();
    if (present === 0) return FRAME_EMPTY;
    this.#lostRun = 0;
    return FRAME_VOICE;
  }

  #gone(): FrameResult {
    if (this.#lostRun >= MAX_LOST_RUN) return FRAME_EMPTY;
    this.#lostRun++;
    this.concealed++;
    return FRAME_LOST;
  }
}
