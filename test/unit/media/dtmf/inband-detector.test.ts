import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { InbandDetector } from '../../../../src/media/dtmf/inband-detector.state.ts';
import { SeededRandom } from '../../../../src/testing/network/random.state.ts';
import { type TouchTones, touchTones } from '../../../support/touch-tones.ts';

const KEYS = '0123456789*#ABCD';

/** What a detector hears, frame by frame; a frame that is undefined never came. */
function hear(frames: Iterable<Int16Array | undefined>, detector = new InbandDetector()): string {
  let heard = '';
  for (const frame of frames) {
    if (frame) heard += detector.frame(frame);
    else detector.missed();
  }
  return heard;
}

function* framesOf(samples: Int16Array, size = 160): Generator<Int16Array> {
  for (let at = 0; at + size <= samples.length; at += size) yield samples.subarray(at, at + size);
}

/** As it is after a call over G.711. */
function coded(samples: Int16Array, law: typeof PCMU | typeof PCMA): Int16Array {
  const bytes = new Uint8Array(samples.length);
  encodeG711(law, samples, 0, bytes, 0, samples.length);
  const decoded = new Int16Array(samples.length);
  decodeG711(law, bytes, 0, decoded, 0, samples.length);
  return decoded;
}

const numbers = new SeededRandom('keys');
const random = (): number => numbers.fraction();

/**
 * All keys, many times, each time beginning elsewhere in a frame: at 8000 Hz as they are after G.711, at 16,000 Hz as they are.
 *
 * @returns those that were heard wrongly, and how many there were.
 */
function trials(
  options: () => TouchTones,
  times: number,
  expected = KEYS,
  rate = 8000,
): { wrong: string[]; count: number } {
  const wrong: string[] = [];
  for (let time = 0; time < times; time++) {
    const made = touchTones(KEYS, { rate, leadMs: 40 + random() * 20, random, ...options() });
    const audio = rate === 8000 ? coded(made, time % 2 === 0 ? PCMU : PCMA) : made;
    const heard = hear(framesOf(audio, rate / 50), new InbandDetector(rate));
    if (heard !== expected) wrong.push(heard);
  }
  return { wrong, count: times };
}

/** One level for both tones, of those that must be heard. */
function anyLevel(): TouchTones {
  const level = -3 - random() * 22;
  return { lowLevel: level, highLevel: level };
}

describe.each([8000, 16_000])('keys that must be heard at %i Hz (ITU-T Q.24): 40 ms on, 40 ms off', (rate) => {
  it.each<[string, () => TouchTones]>([
    ['from -3 to -25 dBm0', anyLevel],
    ['as loud as G.711 can be', () => ({ lowLevel: -3, highLevel: -3 })],
    [
      'the high tone 4 dB louder',
      () => {
        const low = -7 - random() * 18;
        return { lowLevel: low, highLevel: low + 4 };
      },
    ],
    [
      'the low tone 8 dB louder',
      () => {
        const low = -3 - random() * 14;
        return { lowLevel: low, highLevel: low - 8 };
      },
    ],
    ['both frequencies 1.5 % too high', () => ({ lowLevel: -25, highLevel: -25, lowOff: 0.015, highOff: 0.015 })],
    ['both frequencies 1.5 % too low', () => ({ lowOff: -0.015, highOff: -0.015 })],
    ['frequencies off in different directions', () => ({ lowOff: 0.015, highOff: -0.015 })],
    ['off and with twist', () => ({ lowOff: -0.015, highOff: 0.015, lowLevel: -10, highLevel: -18 })],
    ['long ones', () => ({ onMs: 150, offMs: 60 })],
  ])('%s', (_name, options) => {
    expect(trials(options, 30, KEYS, rate).wrong).toEqual([]);
  });

  it('over 99 % of them with noise 15 dB below', () => {
    const { wrong, count } = trials(() => ({ snr: 15, ...anyLevel() }), 60, KEYS, rate);
    expect(wrong.length * KEYS.length).toBeLessThan(0.01 * count * KEYS.length * KEYS.length);
  });
});

describe.each([8000, 16_000])('what is no key at %i Hz', (rate) => {
  it.each<[string, () => TouchTones]>([
    ['a low frequency 3.5 % too high', () => ({ lowOff: 0.035, onMs: 200 })],
    ['a low frequency 3.5 % too low', () => ({ lowOff: -0.035, onMs: 200 })],
    ['a high frequency 3.5 % too high', () => ({ highOff: 0.035, onMs: 200 })],
    ['a high frequency 3.5 % too low', () => ({ highOff: -0.035, onMs: 200 })],
    ['both off, with noise', () => ({ lowOff: 0.035, highOff: -0.035, onMs: 200, snr: 15 })],
    ['one tone only', () => ({ lowLevel: -90, onMs: 200 })],
    ['the other tone only', () => ({ highLevel: -90, onMs: 200 })],
    ['a high tone that is 10 dB louder', () => ({ lowLevel: -20, highLevel: -10, onMs: 200 })],
    ['tones of 23 ms', () => ({ onMs: 23 })],
    ['tones that nobody would hear', () => ({ lowLevel: -38, highLevel: -38, onMs: 200 })],
    ['noise that is louder than the tones', () => ({ snr: -3, onMs: 200 })],
  ])('%s', (_name, options) => {
    expect(trials(options, 10, '', rate).wrong).toEqual([]);
  });
});

describe('what has tones of other kinds is no key', () => {
  it('silence, noise, a single tone and a chord', () => {
    const seconds = 20 * 8000;
    const noise = Int16Array.from({ length: seconds }, () => 20_000 * (random() - 0.5));
    const chord = Int16Array.from({ length: seconds }, (_, at) =>
      [440, 554, 659, 880, 1209].reduce((sum, hz) => sum + 5000 * Math.sin((2 * Math.PI * hz * at) / 8000), 0),
    );
    const sweep = Int16Array.from({ length: seconds }, (_, at) => 12_000 * Math.sin((at / 8000) ** 2 * 400));
    for (const samples of [new Int16Array(seconds), noise, chord, sweep]) expect(hear(framesOf(samples))).toBe('');
  });

  it('vowels: many harmonics of a pitch that glides', () => {
    let phase = 0;
    const samples = Int16Array.from({ length: 60 * 8000 }, (_, at) => {
      phase += (90 + 60 * (1 + Math.sin(at / 9000)) + 20 * Math.sin(at / 700)) / 8000;
      let sum = 0;
      for (let n = 1; n <= 20; n++) {
        const formants = 1 / (1 + ((n * 140 - 700) / 200) ** 2) + 0.7 / (1 + ((n * 140 - 1250) / 200) ** 2);
        sum += 6000 * formants * Math.sin(2 * Math.PI * n * phase);
      }
      return sum;
    });
    expect(hear(framesOf(samples))).toBe('');
  });
});

describe('a press', () => {
  it('counts once however long it is', () => {
    expect(hear(framesOf(touchTones('5', { onMs: 10_000 })))).toBe('5');
  });

  it('is told within 50 ms', () => {
    for (let late = 0; late < 20; late++) {
      const leadMs = 40 + late;
      const frames = [...framesOf(touchTones('9', { leadMs, onMs: 200 }))];
      const detector = new InbandDetector();
      const told = frames.findIndex((frame) => detector.frame(frame) === '9');
      expect((told + 1) * 20 - leadMs).toBeLessThanOrEqual(50);
    }
  });

  it('goes on through a break of 10 ms', () => {
    expect(hear(framesOf(touchTones('77', { onMs: 60, offMs: 10 })))).toBe('7');
  });

  it('and the same key again, 40 ms later, are two', () => {
    expect(hear(framesOf(touchTones('7777777', {})))).toBe('7777777');
  });

  it('goes on through frames that are lost or late', () => {
    const frames: (Int16Array | undefined)[] = [...framesOf(touchTones('3', { onMs: 600 }))];
    expect(hear(frames.map((frame, index) => (index % 5 === 4 ? undefined : frame)))).toBe('3');
    const stalled = [...frames.slice(0, 10), ...Array<undefined>(15).fill(undefined), ...frames.slice(10)];
    expect(hear(stalled)).toBe('3');
  });

  it('is over when nothing has come for half a second', () => {
    const frames = [...framesOf(touchTones('3', { onMs: 100, offMs: 0 }))].slice(0, 6);
    const detector = new InbandDetector();
    expect(hear(frames, detector)).toBe('3');
    expect(detector.sounding).toBe('3');
    hear(Array<undefined>(25).fill(undefined), detector);
    expect(detector.sounding).toBe('');
    expect(hear(frames, detector)).toBe('3');
  });

  it('is not heard twice over a lost beginning', () => {
    const frames = [...framesOf(touchTones('12', { onMs: 80, leadMs: 45 }))];
    for (let lost = 0; lost < frames.length; lost++) {
      const heard = hear(frames.map((frame, index) => (index === lost ? undefined : frame)));
      expect(heard).toMatch(/^1?2?$/);
    }
  });
});

it('calls do not disturb each other', () => {
  const one = [...framesOf(touchTones('123', {}))];
  const other = [...framesOf(touchTones('*0#', { leadMs: 47 }))];
  const [first, second] = [new InbandDetector(), new InbandDetector()];
  let heard = ['', ''];
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const [a, b] = [one[index], other[index]];
    heard = [heard[0] + (a ? first.frame(a) : ''), heard[1] + (b ? second.frame(b) : '')];
  }
  expect(heard).toEqual(['123', '*0#']);
});
