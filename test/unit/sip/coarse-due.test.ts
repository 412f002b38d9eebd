import { describe, expect, it } from 'vitest';
import { coarseDue } from '../../../src/sip/coarse-due.codec.ts';

describe('coarseDue', () => {
  it('leaves what is due soon alone: repetitions are exact', () => {
    expect(coarseDue(1500.5, 1000.25)).toBe(1500.5);
  });

  it('brings what is far away together, never earlier and at most 64 ms later', () => {
    const due = Array.from({ length: 64 }, (_, index) => 32_001 + index);
    const coarse = due.map((at) => coarseDue(at, 0));
    expect(new Set(coarse).size).toBe(1);
    due.forEach((at, index) => {
      expect(coarse[index]).toBeGreaterThanOrEqual(at);
      expect((coarse[index] ?? 0) - at).toBeLessThan(64);
    });
  });
});
