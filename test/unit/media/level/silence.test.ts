import { describe, expect, it } from 'vitest';
import { SilenceDetector } from '../../../../src/media/level/silence.state.ts';

function feed(detector: SilenceDetector, level: number, ms: number): string {
  let states = '';
  for (let at = 0; at < ms; at += 20) states += detector.frame(level) ? 'S' : '-';
  return states;
}

describe('silence', () => {
  it('is there from the beginning until something sounds for 40 ms', () => {
    const detector = new SilenceDetector();
    expect(feed(detector, -127, 1000)).toBe('-'.repeat(50));
    expect(detector.silenceMs).toBe(1000);
    expect(detector.heard).toBe(false);
    expect(feed(detector, -20, 100)).toBe('-SSSS');
    expect(detector.silenceMs).toBe(0);
    expect(detector.speechMs).toBe(100);
    expect(detector.heard).toBe(true);
  });

  it('is not broken by a click of one frame', () => {
    const detector = new SilenceDetector();
    feed(detector, -70, 500);
    feed(detector, -10, 20);
    feed(detector, -70, 480);
    expect(detector.silenceMs).toBe(1000);
    expect(detector.heard).toBe(false);
  });

  it('counts from the end of the sound once 200 ms have passed', () => {
    const detector = new SilenceDetector();
    feed(detector, -25, 400);
    expect(feed(detector, -70, 300)).toBe('SSSSSSSSSS-----');
    expect(detector.silenceMs).toBe(300);
    expect(detector.speechMs).toBe(400);
  });

  it('does not begin in the gaps between syllables', () => {
    const detector = new SilenceDetector();
    let states = '';
    for (let syllable = 0; syllable < 20; syllable++) states += feed(detector, -25, 160) + feed(detector, -70, 120);
    expect(states.slice(1)).not.toContain('-');
    expect(detector.silenceMs).toBe(0);
  });

  it('adapts to background noise and still hears speech above it', () => {
    const detector = new SilenceDetector();
    feed(detector, -45, 15_000);
    expect(detector.speaking).toBe(false);
    expect(feed(detector, -25, 200)).toContain('S');
    feed(detector, -45, 1000);
    expect(detector.silenceMs).toBe(1000);
  });

  it('hears quiet speech on a quiet line', () => {
    const detector = new SilenceDetector();
    feed(detector, -75, 5000);
    expect(feed(detector, -46, 100)).toContain('S');
  });

  it('never takes a steady loud tone for noise', () => {
    const detector = new SilenceDetector();
    expect(feed(detector, -20, 120_000).slice(1)).not.toContain('-');
  });

  it('is counted anew after reset()', () => {
    const detector = new SilenceDetector();
    feed(detector, -20, 400);
    detector.reset();
    expect([detector.heard, detector.speaking, detector.silenceMs, detector.speechMs]).toEqual([false, false, 0, 0]);
  });
});
