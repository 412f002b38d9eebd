import { describe, expect, it } from 'vitest';
import { Reception } from '../../../../src/media/rtp/reception.state.ts';

/** Receives packets that take the same time each, so that there is no jitter. */
function receive(reception: Reception, sequences: readonly number[]): string[] {
  return sequences.map((sequence) => reception.receive(sequence & 0xffff, sequence * 160, sequence * 160));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe('validity of a source (RFC 3550 A.1)', () => {
  it('is proved by two packets in a row', () => {
    const reception = new Reception(1);
    expect(reception.valid).toBe(false);
    expect(receive(reception, [10, 20, 30, 31])).toEqual(['probation', 'probation', 'probation', 'accepted']);
    expect(reception.valid).toBe(true);
    expect(reception.received).toBe(1);
    expect(reception.lost).toBe(0);
  });

  it('survives gaps of less than 3000', () => {
    const reception = new Reception(1);
    receive(reception, [10, 11]);
    expect(receive(reception, [3010])).toEqual(['accepted']);
    expect(reception.lost).toBe(2998);
  });

  it('does not follow a single packet from far away', () => {
    const reception = new Reception(1);
    receive(reception, [10, 11]);
    expect(receive(reception, [30_000, 12, 30_005, 13])).toEqual(['stale', 'accepted', 'stale', 'accepted']);
    expect(reception.lost).toBe(0);
  });

  it('begins anew after two packets in a row from far away', () => {
    const reception = new Reception(1);
    receive(reception, range(10, 100));
    expect(receive(reception, [30_000, 30_001, 30_002])).toEqual(['stale', 'restarted', 'accepted']);
    expect(reception.received).toBe(2);
    expect(reception.lost).toBe(0);
    expect(reception.highestSequence).toBe(30_002);
  });

  it('tells duplicates and reordered packets from each other', () => {
    const reception = new Reception(1);
    receive(reception, [10, 11, 14]);
    expect(receive(reception, [14, 12, 12, 13, 11])).toEqual([
      'duplicate',
      'reordered',
      'duplicate',
      'reordered',
      'duplicate',
    ]);
  });

  it('knows a packet from before the wrap when it comes after it', () => {
    const reception = new Reception(1);
    receive(reception, [65_533, 65_534, 65_536]);
    expect(receive(reception, [65_535, 65_535, 65_537])).toEqual(['reordered', 'duplicate', 'accepted']);
    expect(reception.lost).toBe(-1);
    expect(reception.highestSequence).toBe(65_537);
  });

  it('knows a packet from before the first one that counted', () => {
    const reception = new Reception(1);
    receive(reception, [65_535, 65_536]);
    expect(receive(reception, [65_535, 65_535])).toEqual(['reordered', 'duplicate']);
  });
});

describe('losses (RFC 3550 A.3)', () => {
  it('are what is expected less what came, with the fraction of the last interval', () => {
    const reception = new Reception(7);
    receive(reception, range(0, 101));
    expect(reception.report(0)).toMatchObject({ source: 7, fractionLost: 0, cumulativeLost: 0, highestSequence: 100 });
    // Every fourth of the next hundred is lost.
    receive(
      reception,
      range(101, 201).filter((sequence) => sequence % 4 !== 0),
    );
    receive(reception, [201]);
    expect(reception.report(0)).toMatchObject({
      fractionLost: Math.floor((25 * 256) / 101),
      cumulativeLost: 25,
      highestSequence: 201,
    });
    receive(reception, range(202, 302));
    expect(reception.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: 25 });
  });

  it('can be negative, but not the fraction', () => {
    const reception = new Reception(7);
    receive(reception, [1, 2, 3, 3, 3, 3]);
    expect(reception.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: -3 });
  });

  it('are counted across the wrap', () => {
    const reception = new Reception(7);
    receive(
      reception,
      range(65_000, 66_000).filter((sequence) => sequence % 10 !== 0),
    );
    expect(reception.report(0)).toMatchObject({ cumulativeLost: 99, highestSequence: 65_999 });
    receive(reception, range(66_000, 131_100));
    expect(reception.highestSequence).toBe(131_099);
  });

  it('are not reported when nothing came since the last report', () => {
    const reception = new Reception(7);
    expect(reception.report(0)).toBeUndefined();
    receive(reception, [1]);
    expect(reception.report(0)).toBeUndefined();
    receive(reception, [2]);
    expect(reception.report(0)).toBeDefined();
    expect(reception.report(0)).toBeUndefined();
  });
});

describe('jitter (RFC 3550 A.8)', () => {
  /** The formula of §6.4.1 in real numbers. */
  function jitterOf(transits: readonly number[]): number {
    let jitter = 0;
    for (let index = 1; index < transits.length; index++) {
      const difference = Math.abs((transits[index] as number) - (transits[index - 1] as number));
      jitter += (difference - jitter) / 16;
    }
    return jitter;
  }

  it('is zero when every packet takes as long, and follows the formula when not', () => {
    const reception = new Reception(1);
    const transits = range(0, 300).map((index) => (index * 7919) % 200);
    receive(reception, [0]);
    transits.forEach((transit, index) => {
      reception.receive(index + 1, (index + 1) * 160, (index + 1) * 160 + transit);
    });
    expect(Math.abs(reception.jitter - jitterOf(transits))).toBeLessThanOrEqual(1);
    const steady = new Reception(1);
    receive(steady, range(0, 100));
    expect(steady.jitter).toBe(0);
  });

  it('is the same where timestamps and arrival wrap at 32 bits', () => {
    const [low, high] = [0, 0xffff_f000].map((start) => {
      const reception = new Reception(1);
      for (let index = 0; index < 100; index++) {
        reception.receive(
          index,
          (start + index * 160) >>> 0,
          (start + 0x8000_0000 + index * 160 + (index % 3) * 40) >>> 0,
        );
      }
      return reception.jitter;
    });
    expect(low).toBeGreaterThan(0);
    expect(high).toBe(low);
  });

  it('leaves out packets whose timestamp is not the time of their making, and jumps of the timestamp', () => {
    const reception = new Reception(1);
    receive(reception, range(0, 10));
    for (let index = 10; index < 20; index++) reception.receive(index, 1600, index * 160, false);
    reception.receive(20, 4_000_000_000, 20 * 160);
    reception.receive(21, 4_000_000_160, 21 * 160);
    expect(reception.jitter).toBe(0);
    expect(reception.received).toBe(21);
  });
});

describe('the last sender report', () => {
  it('is reported by the middle of its NTP time and its age', () => {
    const reception = new Reception(1);
    receive(reception, [1, 2]);
    expect(reception.report(0)).toMatchObject({ lastSr: 0, delaySinceLastSr: 0 });
    reception.senderReport(0xb44d_b705, 0x2000_0000, 10_000);
    receive(reception, [3]);
    // The example of RFC 3550 §6.4.1: 5.25 seconds.
    expect(reception.report(15_250)).toMatchObject({ lastSr: 0xb705_2000, delaySinceLastSr: 0x0005_4000 });
  });
});
