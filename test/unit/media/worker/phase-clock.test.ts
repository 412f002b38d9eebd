import { describe, expect, it } from 'vitest';
import { PHASES, PhaseSchedule, type PhaseWork } from '../../../../src/media/worker/phase-clock.state.ts';
import { PhaseClock, type Ticker } from '../../../../src/media/worker/phase-clock.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { StallingClock } from '../../../support/stalling-clock.ts';

class Recorder implements Ticker {
  readonly ticks: number[] = [];
  skipped = 0;

  tick(now: number): void {
    this.ticks.push(now);
  }

  skip(frames: number): void {
    this.skipped += frames;
  }
}

describe('the schedule', () => {
  it('spreads calls over the phases', () => {
    const schedule = new PhaseSchedule(0);
    const phases = Array.from({ length: 400 }, (_, index) => schedule.add(index * 0.7));
    const load = new Map<number, number>();
    for (const phase of phases) load.set(phase, (load.get(phase) ?? 0) + 1);
    expect(load.size).toBe(PHASES);
    expect(Math.max(...load.values()) - Math.min(...load.values())).toBeLessThanOrEqual(3);
  });

  it('has nothing to do next while there are no calls', () => {
    const schedule = new PhaseSchedule(0);
    expect(schedule.nextAt).toBeUndefined();
    const phase = schedule.add(5);
    expect(schedule.nextAt).toBe(6);
    schedule.remove(phase);
    expect(schedule.nextAt).toBeUndefined();
  });

  it('never lets lateness add up', () => {
    const schedule = new PhaseSchedule(0);
    schedule.add(0);
    const work: PhaseWork = { phase: 0, skipped: 0 };
    for (let frame = 0; frame < 1000; frame++) {
      const at = schedule.nextAt ?? 0;
      expect(at).toBe(1 + frame * 20);
      expect(schedule.take(at + (frame % 7), work)).toBe(true);
      expect(work).toEqual({ phase: 1, skipped: 0 });
    }
  });

  it('makes up for a few frames after a stall and skips the others', () => {
    const schedule = new PhaseSchedule(0);
    schedule.add(0);
    const work: PhaseWork = { phase: 0, skipped: 0 };
    expect(schedule.take(1 + 20 * 20, work)).toBe(true);
    expect(work).toEqual({ phase: 1, skipped: 18 });
    for (let frame = 1; frame < 3; frame++) {
      expect(schedule.take(1 + 20 * 20, work)).toBe(true);
      expect(work).toEqual({ phase: 1, skipped: 0 });
    }
    expect(schedule.take(1 + 20 * 20, work)).toBe(false);
  });
});

describe('the clock', () => {
  it('ticks each call every 20 ms, the first time within a few milliseconds', () => {
    const clock = new VirtualClock();
    const phases = new PhaseClock(clock);
    const tickers = Array.from({ length: 30 }, () => new Recorder());
    for (const ticker of tickers) phases.add(ticker);
    clock.advance(200);
    for (const { ticks } of tickers) {
      expect(ticks[0]).toBeLessThanOrEqual(8);
      expect(ticks.length).toBe(10);
      for (const [index, at] of ticks.entries()) expect(at).toBe((ticks[0] ?? 0) + 20 * index);
    }
  });

  it('stands still, without a timer, when the last call has gone', () => {
    const clock = new VirtualClock();
    const phases = new PhaseClock(clock);
    const ticker = new Recorder();
    expect(clock.pending).toBe(0);
    phases.add(ticker);
    phases.add(ticker);
    expect(clock.pending).toBe(1);
    clock.advance(100);
    expect(clock.pending).toBe(1);
    phases.remove(ticker);
    phases.remove(ticker);
    expect(clock.pending).toBe(0);
    expect(ticker.ticks.length).toBe(5);
  });

  it('wakes earlier for a call that comes between', () => {
    const clock = new VirtualClock();
    const phases = new PhaseClock(clock);
    phases.add(new Recorder());
    clock.advance(5);
    const second = new Recorder();
    phases.add(second);
    clock.advance(10);
    expect(second.ticks.length).toBe(1);
  });

  it('goes on for the others when a call takes itself out in its tick', () => {
    const clock = new VirtualClock();
    const phases = new PhaseClock(clock);
    const tickers: Recorder[] = [];
    for (let index = 0; index < 60; index++) {
      const ticker = new Recorder();
      if (index % 3 === 0) {
        ticker.tick = (now) => {
          ticker.ticks.push(now);
          phases.remove(ticker);
        };
      }
      tickers.push(ticker);
      phases.add(ticker);
    }
    clock.advance(60);
    for (const [index, { ticks }] of tickers.entries()) expect(ticks.length).toBe(index % 3 === 0 ? 1 : 3);
  });

  it('lets calls take turns as always when it makes up for a stall', () => {
    const clock = new StallingClock();
    const phases = new PhaseClock(clock);
    const order: number[] = [];
    for (const call of [0, 1, 2]) phases.add({ tick: () => order.push(call), skip: () => undefined });
    clock.advance(100);
    clock.stall(50);
    clock.advance(40);
    expect(order).toHaveLength(30);
    for (const [index, call] of order.entries()) expect(call).toBe(order[index % 3]);
  });

  it('sends no burst after a stall, and keeps to the grid', () => {
    const clock = new StallingClock();
    const phases = new PhaseClock(clock);
    const ticker = new Recorder();
    phases.add(ticker);
    clock.advance(10);
    expect(ticker.ticks).toEqual([1]);
    clock.stall(500);
    clock.advance(20);
    expect(ticker.ticks.length + ticker.skipped).toBe(27);
    expect(ticker.skipped).toBe(23);
    clock.advance(40);
    expect(ticker.ticks.length + ticker.skipped).toBe(29);
  });
});
