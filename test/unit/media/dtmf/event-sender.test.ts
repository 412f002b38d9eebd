import { describe, expect, it } from 'vitest';
import { newTelephoneEvent, readEvent } from '../../../../src/media/dtmf/event.codec.ts';
import { EventReceiver } from '../../../../src/media/dtmf/event-receiver.state.ts';
import { EventSender, type EventTiming } from '../../../../src/media/dtmf/event-sender.state.ts';

interface Sent {
  readonly tick: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly event: number;
  readonly end: boolean;
  readonly duration: number;
}

const START = 10_000;

/** Ticks until nothing is left to send; `stopAt` is the tick before which stop() is called. */
function send(digits: string, timing: EventTiming, start = START, stopAt = -1): { sent: Sent[]; ticks: number } {
  const sender = new EventSender();
  sender.start(digits, timing);
  const sent: Sent[] = [];
  let tick = 0;
  for (; sender.active && tick < 100_000; tick++) {
    if (tick === stopAt) sender.stop();
    if (!sender.tick((start + tick * 160) >>> 0)) continue;
    const { timestamp, marker, event, end, duration } = sender;
    sent.push({ tick, timestamp, marker, event, end, duration });
  }
  return { sent, ticks: tick };
}

function receive(sent: readonly Sent[]): string {
  const receiver = new EventReceiver();
  return sent
    .map(({ tick, timestamp, event, end, duration }) => receiver.receive(timestamp, event, end, duration, tick * 20))
    .join('');
}

describe('one digit', () => {
  it('is reported every 20 ms with the timestamp of its start, and its end three times', () => {
    const { sent } = send('5', { onMs: 100, offMs: 100 });
    expect(sent.map(({ duration }) => duration)).toEqual([160, 320, 480, 640, 800, 800, 800]);
    expect(sent.map(({ end }) => end)).toEqual([false, false, false, false, true, true, true]);
    expect(sent.map(({ marker }) => marker)).toEqual([true, ...Array(6).fill(false)]);
    expect(sent.map(({ tick }) => tick)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(sent.map(({ timestamp }) => timestamp))).toEqual(new Set([START]));
  });

  it('has the length that was asked for even when that is no multiple of 20 ms', () => {
    const { sent } = send('5', { onMs: 50, offMs: 50 });
    expect(sent.map(({ duration }) => duration)).toEqual([160, 320, 400, 400, 400]);
  });

  it('is written as a payload', () => {
    const sender = new EventSender();
    sender.start('#', { onMs: 20, offMs: 40, volume: 7 });
    sender.tick(0);
    const bytes = new Uint8Array(4);
    sender.write(bytes, 0);
    const event = newTelephoneEvent();
    readEvent(bytes, 0, 4, event);
    expect(event).toEqual({ event: 11, end: true, volume: 7, duration: 160 });
  });

  it.each([
    [8191, [65_528]],
    [8200, [0xffff, 65_600 - 0xffff]],
    [20_000, [0xffff, 0xffff, 160_000 - 2 * 0xffff]],
  ])('of %i ms is sent in segments of 0xffff (RFC 4733 §2.5.1.3)', (onMs, lengths) => {
    const { sent } = send('9', { onMs, offMs: 40 });
    const segments = new Map<number, number>();
    for (const { timestamp, duration } of sent)
      segments.set(timestamp, Math.max(duration, segments.get(timestamp) ?? 0));
    expect([...segments.values()]).toEqual(lengths);
    expect([...segments.keys()]).toEqual(lengths.map((_, segment) => START + segment * 0xffff));
    expect(sent.filter(({ marker }) => marker)).toHaveLength(1);
    expect(sent.filter(({ end }) => end)).toHaveLength(3);
    expect(sent.at(-1)?.duration).toBe(lengths.at(-1));
    expect(receive(sent)).toBe('9');
  });
});

describe('several digits', () => {
  it('follow each other after the gap, each with its own timestamp', () => {
    const { sent, ticks } = send('12', { onMs: 100, offMs: 100 });
    expect(sent.filter(({ marker }) => marker).map(({ tick, timestamp }) => [tick, timestamp])).toEqual([
      [0, START],
      [10, START + 1600],
    ]);
    expect(ticks).toBe(21);
  });

  it('leave room for the repeated end packets however short the gap is', () => {
    const { sent } = send('11', { onMs: 40, offMs: 0 });
    expect(sent.map(({ tick }) => tick)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(sent.filter(({ end }) => end)).toHaveLength(6);
    expect(receive(sent)).toBe('11');
  });

  it('wait for half a second at a comma, or as long as was asked for', () => {
    const starts = (timing: EventTiming): number[] =>
      send('1,2', timing)
        .sent.filter(({ marker }) => marker)
        .map(({ tick }) => tick);
    expect(starts({ onMs: 100, offMs: 100 })).toEqual([0, 35]);
    expect(starts({ onMs: 100, offMs: 100, pauseMs: 1000 })).toEqual([0, 60]);
  });

  it('may begin with commas and hold what is no key', () => {
    expect(receive(send(',,1x2', { onMs: 60, offMs: 60 }).sent)).toBe('12');
    expect(send('', { onMs: 60, offMs: 60 })).toEqual({ sent: [], ticks: 1 });
  });

  it('arrive as they were sent, for every key, across the wrap of the timestamp', () => {
    const { sent } = send('0123456789*#ABCD1122', { onMs: 80, offMs: 60 }, 0xffff_ff00);
    expect(receive(sent)).toBe('0123456789*#ABCD1122');
  });
});

describe('stop()', () => {
  it('in a digit ends it with three end packets and drops the rest', () => {
    const { sent, ticks } = send('123', { onMs: 200, offMs: 100 }, START, 3);
    expect(ticks).toBe(6);
    expect(sent.map(({ duration, end }) => [duration, end])).toEqual([
      [160, false],
      [320, false],
      [480, false],
      [480, true],
      [480, true],
      [480, true],
    ]);
  });

  it('among the end packets sends the rest of them', () => {
    const { sent } = send('12', { onMs: 40, offMs: 100 }, START, 2);
    expect(sent.filter(({ end }) => end)).toHaveLength(3);
    expect(receive(sent)).toBe('1');
  });

  it('in a gap is the end, and may be repeated', () => {
    const sender = new EventSender();
    sender.start(',1', { onMs: 40, offMs: 40 });
    sender.tick(0);
    sender.stop();
    sender.stop();
    expect(sender.active).toBe(false);
    expect(sender.tick(160)).toBe(false);
    sender.start('1', { onMs: 40, offMs: 40 });
    expect(sender.tick(320)).toBe(true);
  });
});
