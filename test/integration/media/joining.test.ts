import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaSession } from '../../../src/channel/media-port.ts';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { toneShare } from '../../support/tone.ts';
import { sine } from '../../unit/media/wav/wav-bytes.ts';

const RATE = 8000;
/** Tones of which a piece of 100 ms holds whole periods, so that none is found where another one is. */
const TONES = [440, 700, 1000] as const;

let media: Media;

/** A call of ours and its far end, which says a tone without a pause. */
class Call {
  readonly near: MediaSession;
  readonly #far: MediaSession;

  private constructor(near: MediaSession, far: MediaSession, hertz: number) {
    this.near = near;
    this.#far = far;
    const source = { kind: 'samples', name: 'tone', samples: sine(hertz, RATE, RATE), sampleRate: RATE } as const;
    far.play({ sources: [source], bargeIn: '', loop: true });
  }

  static async open(hertz: number, codec: string): Promise<Call> {
    const open = { address: '127.0.0.1', codecs: [codec] };
    const [near, far] = [await media.open(open), await media.open(open)];
    near.accept(far.answer(near.offer()));
    return new Call(near, far, hertz);
  }

  /** Resolves as soon as the far end hears, for 100 ms, these tones and no other one. */
  hears(...tones: readonly number[]): Promise<void> {
    return new Promise((resolve) => {
      const tap = this.#far.streams.tap({ sampleRate: RATE, frameMs: 100 }, (samples) => {
        const isRight = TONES.every((tone) => {
          const share = toneShare(samples, RATE, tone);
          return tones.includes(tone) ? share > 0.8 / tones.length : share < 0.01;
        });
        const isSilent = samples.every((sample) => Math.abs(sample) < 16);
        if (tones.length === 0 ? !isSilent : !isRight) return;
        tap[Symbol.dispose]();
        resolve();
      });
    });
  }
}

async function threeCalls(): Promise<[Call, Call, Call]> {
  const [low, middle, high] = TONES;
  return [await Call.open(low, 'PCMU'), await Call.open(middle, 'PCMU'), await Call.open(high, 'PCMA')];
}

describe.each([
  ['in one thread', 1],
  ['in two threads', 2],
  ['in a thread each', 6],
])('calls over real sockets, %s,', (_, workers) => {
  beforeEach(async () => {
    media = await Media.start({ clock: systemClock, logger: silentLogger, workers });
  });
  afterEach(() => media.close());

  it('hear each other by links, of one law and of two, until these end', async () => {
    const [one, two, three] = await threeCalls();
    const links = [one.near.link(two.near), two.near.link(three.near), three.near.link(one.near)];
    await Promise.all([one.hears(1000), two.hears(440), three.hears(700)]);
    links[0]?.close();
    await two.hears();
    await two.near.close();
    await Promise.all([three.hears(), one.hears(1000)]);
  });

  it('hear all others and not themselves in a mix, of two laws', async () => {
    const [one, two, three] = await threeCalls();
    const mix = media.mix();
    const talking = new Set<MediaSession>();
    const allTalk = new Promise<void>((resolve) => {
      mix.listen((event) => {
        if (event.type === 'talking' && event.isTalking && talking.add(event.session).size === 3) resolve();
      });
    });
    const seats = [one, two, three].map(({ near }) => mix.join(near));
    await Promise.all([one.hears(700, 1000), two.hears(440, 1000), three.hears(440, 700), allTalk]);
    const levels = await mix.levels();
    expect([...levels.keys()]).toEqual([one.near, two.near, three.near]);
    seats[1]?.change({ isHeard: false });
    await Promise.all([one.hears(1000), two.hears(440, 1000), three.hears(440)]);
    await one.near.close();
    await Promise.all([two.hears(1000), three.hears()]);
    mix.close();
    await two.hears();
  });
});
