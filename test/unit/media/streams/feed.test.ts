import { describe, expect, it } from 'vitest';
import { Feed, type FeedReport } from '../../../../src/media/streams/feed.state.ts';

const FRAME = 160;

/** A feed with what it has told, and what has been sent frame by frame. */
function rig(rate = 8000) {
  const told: FeedReport[] = [];
  const feed = new Feed(rate, (report) => told.push(report));
  const frame = new Int16Array(FRAME);
  return {
    feed,
    told,
    last: () => told.at(-1),
    marks: () => told.flatMap(({ marks }) => marks),
    /** The next frames; those in which it has nothing to send are empty. */
    take: (frames: number, isHeard = true): number[][] =>
      Array.from({ length: frames }, () => (feed.take(frame, isHeard) ? [...frame] : [])),
  };
}

const steady = (count: number, value = 1000): Int16Array => new Int16Array(count).fill(value);

describe('a feed', () => {
  it('sends what was pushed, exactly and in order', () => {
    const { feed, take, last } = rig();
    const samples = Int16Array.from({ length: 480 }, (_, index) => index - 100);
    feed.push(samples.slice(0, 100));
    feed.push(samples.slice(100));
    expect(take(3).flat()).toEqual([...samples]);
    expect(last()).toEqual({ received: 480, aheadMs: 0, heardMs: 60, marks: [], cleared: [] });
  });

  it('waits one frame for the rest of a frame and then sends what there is', () => {
    const { feed, take, last } = rig();
    feed.push(steady(80));
    expect(take(1)).toEqual([[]]);
    const [frame = []] = take(1);
    expect(frame.slice(0, 80)).toEqual([...steady(80)]);
    expect(last()).toMatchObject({ aheadMs: 0, heardMs: 10 });
  });

  it('fades away where it breaks off, within 5 ms, and in again', () => {
    const { feed, take } = rig();
    feed.push(steady(FRAME));
    const [, after = [], silent] = take(3);
    expect(after[0]).toBeGreaterThan(950);
    for (let at = 1; at < FRAME; at++) {
      expect((after[at - 1] as number) - (after[at] as number)).toBeLessThanOrEqual(26);
    }
    expect(after.slice(40)).toEqual([...new Int16Array(120)]);
    expect(silent).toEqual([]);
    feed.push(steady(2 * FRAME));
    const [again = [], next] = take(2);
    expect(again[0]).toBeLessThan(50);
    expect(again.slice(40)).toEqual([...steady(120)]);
    expect(next).toEqual([...steady(FRAME)]);
  });

  it('tells of a mark when the sample before it has been sent, and not before', () => {
    const { feed, take, marks } = rig();
    feed.mark(0);
    expect(marks()).toEqual([{ mark: 0, isPlayed: true }]);
    feed.push(steady(FRAME));
    feed.mark(1);
    feed.push(steady(1));
    feed.mark(2);
    feed.push(steady(2 * FRAME));
    take(1);
    expect(marks().map(({ mark }) => mark)).toEqual([0, 1]);
    take(1);
    expect(marks().map(({ mark }) => mark)).toEqual([0, 1, 2]);
  });

  it('drops everything at once, gives the marks back, and counts on from there', () => {
    const { feed, take, last, marks } = rig();
    feed.push(steady(10 * FRAME));
    feed.mark(7);
    take(3);
    feed.clear();
    expect(last()).toEqual({
      received: 10 * FRAME,
      aheadMs: 0,
      heardMs: 60,
      marks: [{ mark: 7, isPlayed: false }],
      cleared: [140],
    });
    const [fading = [], nothing] = take(2);
    expect(fading.slice(40)).toEqual([...new Int16Array(120)]);
    expect(nothing).toEqual([]);
    expect(feed.isBusy).toBe(false);
    feed.clear();
    expect(last()?.cleared).toEqual([0]);
    feed.push(steady(FRAME));
    feed.mark(8);
    take(1);
    expect(marks()).toEqual([
      { mark: 7, isPlayed: false },
      { mark: 8, isPlayed: true },
    ]);
    expect(last()).toMatchObject({ aheadMs: 0, heardMs: 80 });
  });

  it.each([8000, 16_000, 24_000, 48_000])('sends as much as was pushed at %i Hz, however often it runs dry', (rate) => {
    const { feed, take, last } = rig(rate);
    let pushed = 0;
    for (let round = 0; round < 200; round++) {
      const length = 1 + ((round * 37) % 700) * (rate / 8000);
      feed.push(steady(length, 5));
      pushed += length;
      if (round % 3 === 0) take(20);
    }
    take(1000);
    expect(last()).toMatchObject({ received: pushed, aheadMs: 0 });
    // Half a sample for each time at most.
    expect(Math.abs((last()?.heardMs ?? 0) - (pushed * 1000) / rate)).toBeLessThan(200 / 16);
  });

  it('does not break a stream that comes frame by frame at 16 kHz', () => {
    const { feed, take } = rig(16_000);
    const tone = Int16Array.from(
      { length: 16_000 },
      (_, index) => 8000 * Math.sin((2 * Math.PI * 440 * index) / 16_000),
    );
    const sent: number[] = [];
    for (let at = 0; at < tone.length; at += 320) {
      feed.push(tone.slice(at, at + 320));
      sent.push(...take(1).flat());
    }
    expect(sent.length).toBeGreaterThanOrEqual(48 * FRAME);
    // A break in a tone of 440 Hz would make a step that is larger than any that it has.
    const steps = sent.slice(1).map((sample, index) => Math.abs(sample - (sent[index] as number)));
    expect(Math.max(...steps)).toBeLessThan(8000 * 2 * Math.PI * (440 / 8000) * 1.02);
  });

  it('counts as heard only what could be', () => {
    const { feed, take, last } = rig();
    feed.push(steady(4 * FRAME));
    take(1);
    take(2, false);
    take(1);
    expect(last()).toMatchObject({ aheadMs: 0, heardMs: 40 });
  });
});
