import type { ListenEvent } from '../../../../src/channel/listen-port.ts';
import type { DigitMethod, InbandDtmf } from '../../../../src/channel/media-port.ts';
import { CallMedia } from '../../../../src/media/core/call-media.ts';
import type { MediaObserver } from '../../../../src/media/core/media-observer.ts';
import type { PacketSink } from '../../../../src/media/core/packet-sink.ts';
import { PacketSlab } from '../../../../src/media/core/packet-slab.ts';
import { writeEvent } from '../../../../src/media/dtmf/event.codec.ts';
import type { MediaPlan } from '../../../../src/media/negotiation/plan.ts';
import { newRtpHeader, type RtpHeader, readRtp, writeRtpHeader } from '../../../../src/media/rtp/packet.codec.ts';
import { isRtcp } from '../../../../src/media/rtp/rtcp.codec.ts';

export const REMOTE = { address: '192.0.2.7', rtpPort: 4000, rtcpPort: 4001 } as const;

export const PLAN: MediaPlan = {
  codec: 'PCMU',
  sendPayloadType: 0,
  receivePayloadTypes: [
    { payloadType: 0, codec: 'PCMU' },
    { payloadType: 8, codec: 'PCMA' },
  ],
  sendEventPayloadType: 101,
  receiveEventPayloadType: 101,
  ptimeMs: 20,
  direction: 'sendrecv',
  remote: REMOTE,
  rtcpMux: false,
};

export interface Sent extends RtpHeader {
  readonly payload: Buffer;
  /** Tick in which it was sent. */
  readonly at: number;
}

/** A call's media with its surroundings in memory, driven by hand. */
export class MediaRig implements PacketSink, MediaObserver {
  readonly sent: Sent[] = [];
  readonly control: Buffer[] = [];
  /** What the core told, as text. */
  readonly told: string[] = [];
  /** What has become of the audio that is played, and where: as text. */
  readonly moves: string[] = [];
  readonly recordings = new Map<number, Buffer[]>();
  /** How recordings stood whenever they told. */
  readonly progress: { task: number; durationMs: number; level: number; audioDetected: boolean }[] = [];
  readonly remotes: string[] = [];
  readonly media: CallMedia;
  /** What to push whenever the player is hungry. */
  onHungry: (task: number) => void = () => undefined;
  now = 1000;
  sequence = 100;
  timestamp = 5000;

  constructor(plan: MediaPlan | 'none' = PLAN, inbandDtmf: InbandDtmf = 'auto') {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed / 0x7fffffff;
    };
    this.media = new CallMedia({
      sink: this,
      observer: this,
      slab: new PacketSlab(),
      random,
      cname: 'test',
      wallOffsetMs: 1e12,
    });
    if (plan !== 'none') this.media.configure(plan, inbandDtmf);
  }

  /** Lets `count` frames of 20 ms pass, each with what `before` does first. */
  tick(count = 1, before?: (index: number) => void): void {
    for (let index = 0; index < count; index++) {
      before?.(index);
      this.media.tick(this.now);
      this.now += 20;
    }
  }

  /** A packet of audio comes in. */
  voice(payload: Uint8Array, options: { payloadType?: number; port?: number; ssrc?: number } = {}): void {
    const { payloadType = 0, port = REMOTE.rtpPort, ssrc = 77 } = options;
    const packet = Buffer.alloc(12 + payload.length);
    writeRtpHeader(packet, 0, false, payloadType, this.sequence++ & 0xffff, this.timestamp, ssrc);
    packet.set(payload, 12);
    this.timestamp += payload.length;
    this.media.receiveRtp(packet, packet.length, REMOTE.address, port, this.now);
  }

  /** A key is pressed at the far end: its first packet comes in. */
  key(event: number): void {
    const packet = Buffer.alloc(16);
    writeRtpHeader(packet, 0, true, 101, this.sequence++ & 0xffff, this.timestamp, 77);
    writeEvent(packet, 12, event, false, 10, 160);
    this.timestamp += 160;
    this.media.receiveRtp(packet, packet.length, REMOTE.address, REMOTE.rtpPort, this.now);
  }

  /** The bytes of a recording so far. */
  recording(task: number): Buffer {
    return Buffer.concat(this.recordings.get(task) ?? []);
  }

  sendRtp(slab: Uint8Array, offset: number, length: number): void {
    if (isRtcp(slab.subarray(offset), length)) {
      this.sendRtcp(slab, offset, length);
      return;
    }
    const header = newRtpHeader();
    if (!readRtp(slab.slice(offset, offset + length), length, header)) throw new Error('sent a bad packet');
    const payload = Buffer.from(slab.slice(offset + header.payloadOffset, offset + length));
    this.sent.push({ ...header, payload, at: this.now });
  }

  sendRtcp(slab: Uint8Array, offset: number, length: number): void {
    this.control.push(Buffer.from(slab.slice(offset, offset + length)));
  }

  setRemote(address: string, rtpPort: number, rtcpAddress: string, rtcpPort: number, settled: boolean): void {
    this.remotes.push(`${address}:${rtpPort} ${rtcpAddress}:${rtcpPort}${settled ? ' settled' : ''}`);
  }

  silent(ms: number): void {
    this.told.push(`silent ${ms}`);
  }

  digit(digit: string, by: DigitMethod): void {
    this.told.push(`digit ${digit} ${by}`);
  }

  /** The digits that were told, and the ways that they came. */
  get digits(): string {
    return this.told.map((line) => /^digit (.)/.exec(line)?.[1] ?? '').join('');
  }

  get methods(): ReadonlySet<string> {
    return new Set(this.told.flatMap((line) => /^digit . (.*)/.exec(line)?.[1] ?? []));
  }

  heard(event: ListenEvent): void {
    if (event.type === 'speech') this.told.push(`speech ${event.isSpeaking ? 'begins' : 'ends'}`);
    else this.told.push(`${event.tone} ${event.isOver ? 'ends' : 'begins'}`);
  }

  playerHungry(task: number): void {
    this.onHungry(task);
  }

  playerMoved(task: number): void {
    const { flow, position } = this.media.player(task)?.place ?? {};
    this.moves.push(`${task} ${flow} at ${position}`);
  }

  playerEnded(task: number, reason: string, playedMs: number): void {
    this.told.push(`play ${task} ${reason} ${playedMs}`);
  }

  recorded(task: number, samples: Uint8Array): void {
    this.recordings.set(task, [...(this.recordings.get(task) ?? []), Buffer.from(samples)]);
  }

  recorderProgress(task: number, durationMs: number, level: number, audioDetected: boolean): void {
    this.progress.push({ task, durationMs, level: Math.round(level), audioDetected });
  }

  recorderEnded(task: number, reason: string, durationMs: number, audioDetected: boolean): void {
    this.told.push(`record ${task} ${reason} ${durationMs}${audioDetected ? ' audio' : ''}`);
  }

  digitsEnded(task: number, reason: string): void {
    this.told.push(`digits ${task} ${reason}`);
  }

  echoEnded(task: number, reason: string): void {
    this.told.push(`echo ${task} ${reason}`);
  }
}

/** G.711 bytes that can be told apart: each frame is filled with its own number. */
export function frames(count: number, first = 1, size = 160): Uint8Array {
  const bytes = new Uint8Array(count * size);
  for (let index = 0; index < count; index++) bytes.fill(first + index, index * size, (index + 1) * size);
  return bytes;
}
