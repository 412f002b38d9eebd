import { describe, expect, it } from 'vitest';
import { PortPool } from '../../../../src/media/worker/port-pool.state.ts';

function takeAll(pool: PortPool): (number | undefined)[] {
  return Array.from({ length: pool.size }, () => pool.take());
}

describe('the pool of RTP ports', () => {
  it('gives out even ports whose odd neighbours are in the range too', () => {
    expect(takeAll(new PortPool(10_000, 10_005))).toEqual([10_000, 10_002, 10_004]);
    expect(takeAll(new PortPool(10_001, 10_005))).toEqual([10_002, 10_004]);
    expect(takeAll(new PortPool(10_000, 10_004))).toEqual([10_000, 10_002]);
    expect(new PortPool(10_001, 10_002).size).toBe(0);
  });

  it('has none when all are taken, and again when one is given back', () => {
    const pool = new PortPool(10_000, 10_003);
    takeAll(pool);
    expect(pool.free).toBe(0);
    expect(pool.take()).toBeUndefined();
    pool.release(10_002);
    expect(pool.free).toBe(1);
    expect(pool.take()).toBe(10_002);
    expect(pool.take()).toBeUndefined();
  });

  it('lets a port that has just been freed rest longest', () => {
    const pool = new PortPool(10_000, 10_007);
    const first = pool.take();
    pool.release(first ?? 0);
    expect([pool.take(), pool.take(), pool.take(), pool.take()]).toEqual([10_002, 10_004, 10_006, 10_000]);
  });

  it('begins anywhere in the range and wraps around', () => {
    expect(takeAll(new PortPool(10_000, 10_007, 0.6))).toEqual([10_004, 10_006, 10_000, 10_002]);
  });

  it('is not confused by giving back twice, or what it never had', () => {
    const pool = new PortPool(10_000, 10_003);
    const port = pool.take() ?? 0;
    pool.release(port);
    pool.release(port);
    pool.release(10_001);
    pool.release(20_000);
    expect(pool.free).toBe(2);
    expect(takeAll(pool)).toHaveLength(2);
    expect(pool.take()).toBeUndefined();
  });
});
