import { Concealment } from '../src/media/codec/concealment.codec.ts';
import { decodeG711, encodeG711, PCMA, PCMU, translateG711 } from '../src/media/codec/g711.codec.ts';
import { newTelephoneEvent, readEvent, writeEvent } from '../src/media/dtmf/event.codec.ts';
import { EventReceiver } from '../src/media/dtmf/event-receiver.state.ts';
import { InbandDetector } from '../src/media/dtmf/inband-detector.state.ts';
import { levelOfG711, levelOfPcm } from '../src/media/level/level.codec.ts';
import { Joined } from '../src/media/mix/joined.state.ts';
import { Link } from '../src/media/mix/link.state.ts';
import { AudioMix } from '../src/media/mix/mix.state.ts';
import { FRAME_EMPTY, FRAME_VOICE, JitterBuffer } from '../src/media/rtp/jitter-buffer.state.ts';
import { Latch } from '../src/media/rtp/latch.state.ts';
import { newRtpHeader, readRtp, writeRtpHeader } from '../src/media/rtp/packet.codec.ts';
import { Reception } from '../src/media/rtp/reception.state.ts';
import { touchTones } from '../test/support/touch-tones.ts';
import { music } from './music.ts';

const FRAME = 160;
const ROUNDS = 7;
/** Long enough for the optimising compiler to be done, and for the clock to be exact. */
const TIMES = 200_000;
/** Few enough for no collection to happen meanwhile, which would hide what was allocated. */
const TIMES_FOR_HEAP = 5000;
/** A number with a fraction takes 12 to 16 bytes on the heap: who makes one for each frame is caught. */
const MOST_BYTES = 8;

interface Row {
  readonly frame: string;
  /** Best of the rounds: what the work takes when nothing else runs. */
  readonly 'us (best)': number;
  readonly 'us (median)': number;
  /** Growth of the heap for each frame once warm; that of the measuring itself is less than one byte. */
  readonly 'bytes allocated': number;
}

/** Runs `work` with a number that grows by one each time. */
function measure(frame: string, work: (count: number) => void, times = TIMES): Row {
  let count = 0;
  const repeat = (limit: number): void => {
    for (let index = 0; index < limit; index++) work(count++);
  };
  const round = (): number => {
    const start = process.cpuUsage();
    repeat(times);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / times;
  };
  round();
  const before = process.memoryUsage().heapUsed;
  repeat(TIMES_FOR_HEAP);
  const allocated = (process.memoryUsage().heapUsed - before) / TIMES_FOR_HEAP;
  const taken = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
  return {
    frame,
    'us (best)': Number((taken[0] as number).toFixed(4)),
    'us (median)': Number((taken[ROUNDS >> 1] as number).toFixed(4)),
    'bytes allocated': Math.round(allocated),
  };
}

function jitterRows(): Row[] {
  const packet = new Uint8Array(12 + FRAME).map((_, index) => index * 7);
  const into = new Uint8Array(FRAME);
  const steady = new JitterBuffer();
  const lossy = new JitterBuffer();
  let voices = 0;
  const rows = [
    measure('jitter buffer: put and take', (count) => {
      steady.put(packet, 12, FRAME, PCMU, count & 0xffff, (count * FRAME) >>> 0, false);
      if (steady.take(into) === FRAME_VOICE) voices++;
    }),
    measure('jitter buffer: put and take, 10 % lost', (count) => {
      if (count % 10 !== 3) lossy.put(packet, 12, FRAME, PCMU, count & 0xffff, (count * FRAME) >>> 0, false);
      lossy.take(into);
    }),
  ];
  if (voices < TIMES) throw new Error('the jitter buffer gave too few frames');
  return rows;
}

function codecRows(): Row[] {
  const bytes = new Uint8Array(FRAME).map((_, index) => index * 7);
  const coded = new Uint8Array(FRAME);
  const linear = new Int16Array(FRAME);
  const rows = [
    measure('mu-law: decode', () => decodeG711(PCMU, bytes, 0, linear, 0, FRAME)),
    measure('mu-law: encode', () => encodeG711(PCMU, linear, 0, coded, 0, FRAME)),
    measure('A-law: decode', () => decodeG711(PCMA, bytes, 0, linear, 0, FRAME)),
    measure('A-law: encode', () => encodeG711(PCMA, linear, 0, coded, 0, FRAME)),
    measure('mu-law to A-law', () => translateG711(PCMU, PCMA, bytes, 0, coded, 0, FRAME)),
    measure('level of mu-law', () => void levelOfG711(PCMU, bytes, 0, FRAME)),
    measure('level of linear audio', () => void levelOfPcm(linear, 0, FRAME)),
  ];
  const voice = Int16Array.from({ length: FRAME * 40 }, (_, at) => 8000 * Math.sin(at / 9) + 3000 * Math.sin(at / 4));
  const frames = Array.from({ length: 40 }, (_, index) => voice.slice(index * FRAME, (index + 1) * FRAME));
  const whole = new Concealment();
  const holed = new Concealment();
  rows.push(
    measure('concealment: nothing lost', (count) => whole.good(frames[count % 40] as Int16Array)),
    measure(
      'concealment: every other frame lost',
      (count) => {
        if ((count & 1) === 0) holed.conceal(linear);
        else holed.good(frames[count % 40] as Int16Array);
      },
      TIMES / 10,
    ),
  );
  return rows;
}

function detectorRows(): Row[] {
  const framesOf = (samples: Int16Array): Int16Array[] =>
    Array.from({ length: Math.floor(samples.length / FRAME) }, (_, at) =>
      samples.subarray(at * FRAME, (at + 1) * FRAME),
    );
  let digits = 0;
  const row = (name: string, samples: Int16Array): Row => {
    const frames = framesOf(samples);
    const detector = new InbandDetector();
    return measure(`in-band digits: ${name}`, (count) => {
      if (detector.frame(frames[count % frames.length] as Int16Array) !== '') digits++;
    });
  };
  const rows = [
    row('silence', new Int16Array(8000)),
    row(
      'noise',
      Int16Array.from({ length: 80_000 }, (_, at) => 4000 * Math.sin(at * at)),
    ),
    row('music', music('plucked', 60, 8000)),
    row(
      'tones beside those of a key',
      Int16Array.from({ length: 8000 }, (_, at) => 6000 * (Math.sin(at * 0.572) + Math.sin(at * 0.95))),
    ),
    row('a key that is held', touchTones('5', { leadMs: 0, onMs: 60_000, offMs: 0 })),
    row('keys of 40 ms', touchTones('0123456789*#ABCD')),
  ];
  if (digits < TIMES / 10) throw new Error('the in-band detector heard too few digits');
  return rows;
}

function packetRows(): Row[] {
  const packet = new Uint8Array(12 + FRAME);
  const header = newRtpHeader();
  const event = newTelephoneEvent();
  const receiver = new EventReceiver();
  const reception = new Reception(1);
  const latch = new Latch();
  latch.describe('192.0.2.1', 4000);
  writeRtpHeader(packet, 0, false, 0, 1, 160, 1);
  return [
    measure('RTP: write', (count) =>
      writeRtpHeader(packet, 0, false, 0, count & 0xffff, (count * FRAME) >>> 0, 0x9000_0001),
    ),
    measure('RTP: read', () => void readRtp(packet, packet.length, header)),
    measure(
      'reception',
      (count) => void reception.receive(count & 0xffff, (count * FRAME) >>> 0, (count * FRAME) >>> 0),
    ),
    measure('latch', (count) => void latch.accept('192.0.2.1', 4000, 1, count & 0xffff, count * 20)),
    measure('telephone-event: write, read, receive', (count) => {
      writeEvent(packet, 12, 5, count % 8 > 4, 10, (count % 8) * FRAME);
      readEvent(packet, 12, 4, event);
      receiver.receive((count >> 3) * 2000, event.event, event.end, event.duration, count * 20);
    }),
  ];
}

/** What one party costs: what it says is taken, and what it hears is made. */
function joinRows(): Row[] {
  const talk = Uint8Array.from({ length: FRAME }, (_, index) => index * 7);
  const mixOf = (parties: number, talkers: number): Row => {
    const mix = new AudioMix();
    const all = Array.from({ length: parties }, (_, call) => {
      const joined = new Joined();
      const seat = mix.join(call, joined.voice, { isHeard: true, hears: true, gain: 0, volume: 0 });
      joined.add(seat);
      joined.onSpoken = () => mix.spoke(call, seat);
      return joined;
    });
    return measure(`mix of ${parties}, ${talkers} talk: a party`, (count) => {
      const call = count % parties;
      const party = all[call] as Joined;
      party.heard(call < talkers ? FRAME_VOICE : FRAME_EMPTY, PCMU, talk);
      party.next(PCMU);
    });
  };
  const [from, to] = [new Joined(), new Joined()];
  to.add(new Link(from.voice, 0));
  const rows = ([PCMU, PCMA] as const).map((law) =>
    measure(`link to ${law === PCMU ? 'the same' : 'another'} law`, () => {
      from.heard(FRAME_VOICE, PCMU, talk);
      to.next(law);
    }),
  );
  return [...rows, ...[10, 50, 100].map((parties) => mixOf(parties, 5)), mixOf(100, 1), mixOf(100, 100)];
}

/** Prints what each building block of the media layer takes for a frame of 20 ms. */
export async function run(): Promise<void> {
  const rows = [...jitterRows(), ...codecRows(), ...detectorRows(), ...packetRows(), ...joinRows()];
  process.stdout.write('media: CPU microseconds for each frame of 20 ms\n');
  console.table(Object.fromEntries(rows.map(({ frame, ...figures }) => [frame, figures])));
  const greedy = rows.filter((row) => row['bytes allocated'] > MOST_BYTES).map(({ frame }) => frame);
  if (greedy.length > 0) throw new Error(`memory is taken for each frame by: ${greedy.join(', ')}`);
}
