import { expect, it } from 'vitest';
import { KeptAudio } from '../../../../src/media/play/kept-audio.state.ts';

const PATTERN = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);

it('keeps all that comes, in pieces of any length', () => {
  const kept = new KeptAudio(1_000_000);
  for (let at = 0, size = 1; at < PATTERN.length; at += size, size = (size * 7) % 5001 || 1) {
    kept.append(PATTERN.subarray(at, at + size));
  }
  expect([kept.begin, kept.end]).toEqual([0, PATTERN.length]);
  for (const from of [0, 1, 31_999, 32_000, 199_999]) {
    const bytes: number[] = [];
    for (let at = from; at < kept.end; ) {
      const piece = kept.read(at);
      bytes.push(...piece);
      at += piece.length;
    }
    expect(Buffer.from(bytes).equals(PATTERN.subarray(from))).toBe(true);
  }
});

it('lets go of the oldest when there is too much, and what was handed out stays as it is', () => {
  const kept = new KeptAudio(64_000);
  kept.append(PATTERN.subarray(0, 100));
  const first = kept.read(0);
  kept.append(PATTERN.subarray(100));
  expect(kept.end).toBe(PATTERN.length);
  expect(kept.end - kept.begin).toBeGreaterThanOrEqual(64_000);
  expect(kept.end - kept.begin).toBeLessThanOrEqual(96_000);
  expect(kept.read(kept.begin)[0]).toBe(PATTERN[kept.begin]);
  expect(Buffer.from(first).equals(PATTERN.subarray(0, 100))).toBe(true);
});
