import { encodeUlaw, type Law, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import {
  FRAME_LOST,
  FRAME_VOICE,
  type FrameResult,
  JitterBuffer,
} from '../../../../src/media/rtp/jitter-buffer.state.ts';

/** A packet on its way: what it holds says when it was spoken, so that what comes out can be placed in time. */
export interface Parcel {
  readonly arrivesAt: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly length: number;
  /** Sample of the source that the payload begins with. */
  readonly from: number;
  readonly marker?: boolean | undefined;
}

export interface StreamOptions {
  readonly packetMs: number;
  readonly durationMs: number;
  readonly firstSequence?: number;
  readonly firstTimestamp?: number;
  /** Parts per million by which the sender's clock is fast. */
  readonly ppm?: number;
  /** Way through the network in ms for packet `index`; undefined for a lost one. */
  readonly transit?: (index: number) => number | undefined;
}

export function stream(options: StreamOptions): Parcel[] {
  const { packetMs, durationMs, firstSequence = 100, firstTimestamp = 1000, ppm = 0 } = options;
  const transit = options.transit ?? (() => 0);
  const parcels: Parcel[] = [];
  const samples = packetMs * 8;
  for (let index = 0; index * packetMs < durationMs; index++) {
    const way = transit(index);
    if (way === undefined) continue;
    parcels.push({
      arrivesAt: (index * packetMs) / (1 + ppm / 1e6) + way,
      sequence: (firstSequence + index) & 0xffff,
      timestamp: (firstTimestamp + index * samples) >>> 0,
      length: samples,
      from: index * samples,
      marker: index === 0,
    });
  }
  return parcels.sort((a, b) => a.arrivesAt - b.arrivesAt);
}

/** Mu-law of a quiet hiss. */
export const quietByte = (sample: number): number => encodeUlaw(((sample * 7919) % 101) - 50);

export interface Played {
  readonly at: number;
  readonly result: FrameResult;
  readonly bytes: Uint8Array;
  readonly depthMs: number;
}

export interface RigOptions {
  readonly byte?: (sample: number) => number;
  readonly codec?: Law;
  readonly untilMs: number;
  /** Time of the first tick. */
  readonly phase?: number;
  readonly buffer?: JitterBuffer;
}

/** Lets parcels arrive at a jitter buffer that is emptied every 20 ms. */
export function play(parcels: readonly Parcel[], options: RigOptions): { frames: Played[]; buffer: JitterBuffer } {
  const buffer = options.buffer ?? new JitterBuffer();
  const byte = options.byte ?? frameByte;
  const frames: Played[] = [];
  const payload = new Uint8Array(2000);
  let next = 0;
  for (let at = options.phase ?? 5; at <= options.untilMs; at += 20) {
    for (let parcel = parcels[next]; parcel !== undefined && parcel.arrivesAt <= at; parcel = parcels[++next]) {
      for (let index = 0; index < parcel.length; index++) payload[7 + index] = byte(parcel.from + index);
      buffer.put(
        payload,
        7,
        parcel.length,
        options.codec ?? PCMU,
        parcel.sequence,
        parcel.timestamp,
        parcel.marker ?? false,
      );
    }
    const bytes = new Uint8Array(160);
    const result = buffer.take(bytes);
    frames.push({ at, result, bytes, depthMs: buffer.depthMs });
  }
  return { frames, buffer };
}

export function count(frames: readonly Played[], result: FrameResult): number {
  return frames.filter((frame) => frame.result === result).length;
}

/** One letter for each frame: V, L or `-`. */
export function pattern(frames: readonly Played[]): string {
  return frames.map(({ result }) => (result === FRAME_VOICE ? 'V' : result === FRAME_LOST ? 'L' : '-')).join('');
}

/** A loud source whose first two bytes of each 160 tell the number of the frame. */
export function frameByte(sample: number): number {
  const frame = Math.floor(sample / 160);
  const within = sample % 160;
  return within === 0 ? frame & 0xff : within === 1 ? (frame >> 8) & 0xff : (within * 3 + frame) & 0x7f;
}

/** Number of the source's frame; only for frames that lie on the source's grid. */
export function frameNumber(played: Played): number {
  return (played.bytes[0] as number) | ((played.bytes[1] as number) << 8);
}

/** Numbers of the frames in the order in which they were heard. */
export function heard(frames: readonly Played[]): number[] {
  return frames.filter(({ result }) => result === FRAME_VOICE).map(frameNumber);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Puts one packet of equal bytes. */
export function packet(
  buffer: JitterBuffer,
  sequence: number,
  timestamp: number,
  fill: number,
  marker = false,
  length = 160,
): void {
  buffer.put(new Uint8Array(length).fill(fill), 0, length, PCMU, sequence & 0xffff, timestamp >>> 0, marker);
}
