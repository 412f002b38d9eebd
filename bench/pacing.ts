/** How evenly RTP leaves: reads a packet capture (kernel time stamps) and measures each stream of its own. */
import { readFile } from 'node:fs/promises';
import type { Machine } from './machine.ts';

export interface Pacing {
  readonly streams: number;
  readonly packets: number;
  /** Gaps in the sequence numbers. */
  readonly missing: number;
  /** Steps of the RTP timestamp that do not fit the sequence number. */
  readonly timestampErrors: number;
  /** Deviation of the distance between two packets from 20 ms, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The machine that did this. */
  readonly machine: Machine & {
    /** Share of the packets that left, with the one before them, while it ran. */
    readonly share: number;
    /** The deviation of those. */
    readonly runningP99: number;
  };
}

interface Stream {
  sequence: number;
  timestamp: number;
  at: number;
  isRunning: boolean;
}

const LINK_HEADER = 14;
const FRAME_MS = 20;
/** For so long after a standstill of the machine there is still to be caught up with. */
const CATCH_UP_MS = 5;

/** Tells whether the machine ran at a time; times are asked for in order. */
function whetherRunning(standstills: Machine['standstills']): (at: number) => boolean {
  let next = 0;
  let until = 0;
  return (at) => {
    for (let found = standstills[next]; found && found[0] <= at; found = standstills[++next]) {
      until = Math.max(until, found[1] + CATCH_UP_MS);
    }
    return at > until;
  };
}

/** What so large a part of these values, the least first, stays below. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Measures all RTP streams that were sent from these ports. */
export async function measurePacing(capture: string, ports: ReadonlySet<number>, machine: Machine): Promise<Pacing> {
  const runsAt = whetherRunning(machine.standstills);
  const running: number[] = [];
  const file = await readFile(capture);
  const nanoseconds = file.readUInt32LE(0) === 0xa1b23c4d;
  const streams = new Map<number, Stream>();
  const errors: number[] = [];
  let packets = 0;
  let missing = 0;
  let timestampErrors = 0;
  for (let at = 24; at + 16 <= file.length; ) {
    const time = file.readUInt32LE(at) * 1000 + file.readUInt32LE(at + 4) / (nanoseconds ? 1e6 : 1e3);
    const captured = file.readUInt32LE(at + 8);
    const ip = at + 16 + LINK_HEADER;
    at += 16 + captured;
    if (captured < LINK_HEADER + 28 + 12 || file.readUInt16BE(ip - 2) !== 0x0800) continue;
    const udp = ip + ((file[ip] as number) & 0x0f) * 4;
    const port = file.readUInt16BE(udp);
    const rtp = udp + 8;
    const payloadType = (file[rtp + 1] as number) & 0x7f;
    // RTCP shares the range: its packet types 200 to 204 read as payload types 72 to 76 (RFC 5761 §4).
    if (!ports.has(port) || (file[rtp] as number) >> 6 !== 2 || (payloadType >= 64 && payloadType <= 95)) continue;
    packets++;
    const isRunning = runsAt(time);
    const sequence = file.readUInt16BE(rtp + 2);
    const timestamp = file.readUInt32BE(rtp + 4);
    const ssrc = file.readUInt32BE(rtp + 8);
    const stream = streams.get(ssrc);
    if (stream === undefined) {
      streams.set(ssrc, { sequence, timestamp, at: time, isRunning });
      continue;
    }
    const steps = (sequence - stream.sequence) & 0xffff;
    if (steps !== 1) missing += steps - 1;
    if ((timestamp - stream.timestamp) >>> 0 !== steps * 160) timestampErrors++;
    const error = Math.abs(time - stream.at - steps * FRAME_MS);
    errors.push(error);
    if (isRunning && stream.isRunning) running.push(error);
    stream.sequence = sequence;
    stream.timestamp = timestamp;
    stream.at = time;
    stream.isRunning = isRunning;
  }
  for (const list of [errors, running]) list.sort((one, other) => one - other);
  return {
    streams: streams.size,
    packets,
    missing,
    timestampErrors,
    p50: quantile(errors, 0.5),
    p99: quantile(errors, 0.99),
    max: errors.at(-1) ?? Number.NaN,
    machine: { ...machine, share: running.length / errors.length, runningP99: quantile(running, 0.99) },
  };
}

/** Says it in a line. */
export function describePacing({ p50, p99, max, machine }: Pacing): string {
  return (
    `pacing error p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} max ${max.toFixed(1)} ms (an empty program: p99 ${machine.p99.toFixed(2)}); ` +
    `while the machine ran, ${(machine.share * 100).toFixed(0)} % of it: p99 ${machine.runningP99.toFixed(2)} ms`
  );
}
