import { describe, expect, it } from 'vitest';
import { Nat } from '../../../../src/testing/network/nat.state.ts';

const NEVER = Number.POSITIVE_INFINITY;
const PEER = '192.0.2.1';

describe('a NAT', () => {
  it('gives each port one of its own, the same towards everybody', () => {
    const nat = new Nat();
    const first = nat.outwards(16_384, PEER, 0, NEVER);
    expect(nat.outwards(16_384, '192.0.2.9', 0, NEVER)).toBe(first);
    expect(nat.outwards(16_386, PEER, 0, NEVER)).not.toBe(first);
    expect(first).not.toBe(16_384);
  });

  it('lets in what comes from where something was sent to, and nothing else', () => {
    const nat = new Nat();
    const port = nat.outwards(16_384, PEER, 0, NEVER);
    expect(nat.inwards(port, PEER, 0, NEVER)).toBe(16_384);
    expect(nat.inwards(port, '192.0.2.9', 0, NEVER)).toBeUndefined();
    expect(nat.inwards(16_384, PEER, 0, NEVER)).toBeUndefined();
  });

  it('leaves a forwarded port as it is, for everybody and for ever', () => {
    const nat = new Nat();
    nat.forward(5060);
    expect(nat.outwards(5060, PEER, 0, 10)).toBe(5060);
    expect(nat.inwards(5060, '192.0.2.9', 1000, 10)).toBe(5060);
  });

  it('forgets its mappings when their time has come', () => {
    const nat = new Nat();
    const before = nat.outwards(16_384, PEER, 900, 1000);
    expect(nat.inwards(before, PEER, 999, 1000)).toBe(16_384);
    expect(nat.inwards(before, PEER, 1000, 1000)).toBeUndefined();
    const after = nat.outwards(16_384, PEER, 1001, 1000);
    expect(after).not.toBe(before);
    expect(nat.inwards(after, PEER, 1999, 1000)).toBe(16_384);
  });

  it('gives no port twice at a time, also when it has begun again', () => {
    const nat = new Nat();
    const kept = nat.outwards(1, PEER, 0, NEVER);
    const others = Array.from({ length: 25_000 }, (_, index) => nat.outwards(index + 2, PEER, 0, NEVER));
    expect(new Set([kept, ...others]).size).toBe(25_001);
    expect(Math.max(...others)).toBeLessThanOrEqual(65_535);
  });
});
