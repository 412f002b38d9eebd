import { describe, expect, it } from 'vitest';
import { RtcpSchedule } from '../../../../src/media/rtp/rtcp-schedule.state.ts';

/** e - 3/2 (RFC 3550 §6.3.1). */
const COMPENSATION = Math.E - 1.5;

/** Times of the reports sent in `durationMs` when asked every 20 ms. */
function run(durationMs: number, random: () => number, size = 100, bandwidth?: number): number[] {
  const schedule = new RtcpSchedule(bandwidth);
  const sent: number[] = [];
  schedule.begin(0, random());
  for (let now = 0; now <= durationMs; now += 20) {
    if (now < schedule.nextAt || !schedule.due(now, random())) continue;
    sent.push(now);
    schedule.sent(now, size, random());
    schedule.received(size);
  }
  return sent;
}

describe('RTCP interval (RFC 3550 §6.2, §6.3)', () => {
  it('is half the minimum before the first report and the whole after it', () => {
    const [first = 0, second = 0] = run(20_000, () => 0.5);
    expect(first).toBeGreaterThanOrEqual(2500 / COMPENSATION);
    expect(first).toBeLessThan(2500 / COMPENSATION + 40);
    expect(second - first).toBeGreaterThanOrEqual(5000 / COMPENSATION);
    expect(second - first).toBeLessThan(5000 / COMPENSATION + 40);
  });

  it.each([
    [0, 0.5],
    [0.9999, 1.5],
  ])('is spread by the random value %f to %f of it', (random, factor) => {
    const [first = 0, second = 0] = run(40_000, () => random);
    expect(Math.abs(second - first - (5000 * factor) / COMPENSATION)).toBeLessThan(40);
  });

  it('is five seconds on average', () => {
    let state = 1;
    const sent = run(3_600_000, () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state / 0x80000000;
    });
    expect(3600 / sent.length).toBeGreaterThan(4.7);
    expect(3600 / sent.length).toBeLessThan(5.3);
  });

  it('is reconsidered when it is over: a longer draw puts the report off', () => {
    const schedule = new RtcpSchedule();
    schedule.begin(0, 0);
    const early = schedule.nextAt;
    expect(schedule.due(early, 1)).toBe(false);
    expect(schedule.nextAt).toBeGreaterThan(early);
    expect(schedule.due(schedule.nextAt, 1)).toBe(true);
  });

  it('grows with the size of the reports when they would take more than 5 % of the bandwidth', () => {
    const sent = run(600_000, () => 0.5, 500, 8000);
    const interval = (sent.at(-1) ?? 0) - (sent.at(-2) ?? 0);
    // 2 members, 528 bytes each, 50 bytes a second.
    expect(interval).toBeGreaterThan((0.9 * 2 * 528) / 0.05 / COMPENSATION);
    expect(interval).toBeLessThan((2 * 528) / 0.05 / COMPENSATION + 40);
  });

  it('is not due before it was begun', () => {
    expect(new RtcpSchedule().due(1e9, 0)).toBe(false);
  });
});
