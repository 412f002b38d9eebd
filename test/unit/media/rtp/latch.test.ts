import { describe, expect, it } from 'vitest';
import { Latch } from '../../../../src/media/rtp/latch.state.ts';

const DESCRIBED = ['10.0.0.1', 4000] as const;
const NAT = ['203.0.113.5', 61_000] as const;
const SPOOFER = ['198.51.100.9', 7777] as const;
type Place = readonly [string, number];

/** Sends `count` packets from a place, one each 20 ms. @returns which of them were taken, as letters. */
function send(
  latch: Latch,
  place: Place,
  count: number,
  from: { ssrc?: number; sequence?: number; at?: number } = {},
): string {
  const { ssrc = 1, sequence = 100, at = 0 } = from;
  let taken = '';
  for (let index = 0; index < count; index++) {
    taken += latch.accept(place[0], place[1], ssrc, (sequence + index) & 0xffff, at + index * 20) ? 'y' : 'n';
  }
  return taken;
}

function described(): Latch {
  const latch = new Latch();
  latch.describe(...DESCRIBED);
  return latch;
}

const at = ([address, port]: Place): { address: string; port: number } => ({ address, port });

describe('before anything has come', () => {
  it('sends to the described address, and takes nothing without one', () => {
    const latch = new Latch();
    expect(send(latch, NAT, 5)).toBe('nnnnn');
    expect(latch.remote).toBeUndefined();
    latch.describe(...DESCRIBED);
    expect(latch.remote).toEqual(at(DESCRIBED));
    expect(latch.latched).toBe(false);
  });

  it('takes the first packet from the described address', () => {
    const latch = described();
    expect(send(latch, DESCRIBED, 2)).toBe('yy');
    expect(latch.latched).toBe(true);
  });

  it('follows packets from elsewhere after three in a row: a NAT', () => {
    const latch = described();
    expect(send(latch, NAT, 5)).toBe('nnyyy');
    expect(latch.remote).toEqual(at(NAT));
  });

  it('follows packets from another port than described', () => {
    const latch = described();
    expect(send(latch, [DESCRIBED[0], 4002], 4)).toBe('nnyy');
    expect(latch.remote).toEqual({ address: DESCRIBED[0], port: 4002 });
  });

  it('counts over lost and overtaking packets, but not over repeated ones or another SSRC', () => {
    const latch = described();
    const from = (sequence: number, ssrc = 1): boolean => latch.accept(...NAT, ssrc, sequence, 0);
    expect([from(10), from(10), from(10), from(9)]).toEqual([false, false, false, false]);
    expect([from(13, 2), from(14), from(13)]).toEqual([false, false, false]);
    expect(from(16)).toBe(true);
  });

  it('does not follow packets of random sequence numbers', () => {
    const latch = described();
    for (let index = 0; index < 100; index++) {
      expect(latch.accept(...NAT, 1, (index * 7919) & 0xffff, index * 20)).toBe(false);
    }
  });
});

describe('while the present source is heard', () => {
  it('a spoofer cannot take the stream over, however much it sends', () => {
    const latch = described();
    for (let tick = 0; tick < 500; tick++) {
      expect(latch.accept(...DESCRIBED, 1, tick, tick * 20)).toBe(true);
      expect(latch.accept(...SPOOFER, 1, tick, tick * 20 + 1)).toBe(false);
      expect(latch.accept(...SPOOFER, 9, tick, tick * 20 + 2)).toBe(false);
    }
    expect(latch.remote).toEqual(at(DESCRIBED));
  });

  it('neither from one behind a NAT, nor with its own address and another port', () => {
    const latch = described();
    send(latch, NAT, 5);
    for (let tick = 5; tick < 500; tick++) {
      expect(latch.accept(...NAT, 1, 100 + tick, tick * 20)).toBe(true);
      expect(latch.accept(NAT[0], 1, 1, 100 + tick, tick * 20)).toBe(false);
    }
  });

  it('the described address wins the stream back', () => {
    const latch = described();
    send(latch, SPOOFER, 10);
    expect(latch.remote).toEqual(at(SPOOFER));
    expect(send(latch, DESCRIBED, 4, { ssrc: 2, at: 200 })).toBe('nnyy');
    expect(send(latch, SPOOFER, 50, { at: 260 })).not.toContain('y');
    expect(latch.remote).toEqual(at(DESCRIBED));
  });

  it('the SSRC may change', () => {
    const latch = described();
    send(latch, DESCRIBED, 5);
    expect(send(latch, DESCRIBED, 5, { ssrc: 77, sequence: 9000, at: 100 })).toBe('yyyyy');
  });
});

describe('when the present source has fallen silent', () => {
  it('a stream that goes on with the same SSRC is followed after 0.3 s: the NAT has made a new binding', () => {
    const latch = described();
    send(latch, NAT, 50);
    const rebound = [NAT[0], 61_999] as const;
    const taken = send(latch, rebound, 30, { sequence: 150, at: 1000 });
    expect(taken).toMatch(/^n{14}y{16}$/);
    expect(latch.remote).toEqual(at(rebound));
  });

  it('a stream of another SSRC is followed after 2 s', () => {
    const latch = described();
    send(latch, DESCRIBED, 50);
    const taken = send(latch, NAT, 150, { ssrc: 5, at: 1000 });
    expect(taken.indexOf('y')).toBe(99);
    expect(latch.remote).toEqual(at(NAT));
  });

  it('one packet is not enough', () => {
    const latch = described();
    send(latch, DESCRIBED, 50);
    expect(latch.accept(...SPOOFER, 1, 150, 60_000)).toBe(false);
    expect(send(latch, DESCRIBED, 2, { at: 60_020 })).toBe('yy');
  });

  it('one that sends from ever new ports does not keep the right one out', () => {
    const latch = described();
    let taken = false;
    for (let tick = 0; tick < 20 && !taken; tick++) {
      latch.accept(SPOOFER[0], 10_000 + tick, 9, tick, tick * 20);
      latch.accept(SPOOFER[0], 20_000 + tick, 9, tick, tick * 20 + 1);
      taken = latch.accept(...NAT, 1, tick, tick * 20 + 2);
    }
    expect(taken).toBe(true);
  });
});

describe('a new description', () => {
  it('with another address begins anew there', () => {
    const latch = described();
    send(latch, NAT, 5);
    latch.describe('10.0.0.2', 5000);
    expect(latch.remote).toEqual({ address: '10.0.0.2', port: 5000 });
    expect(send(latch, NAT, 2, { at: 100, sequence: 105 })).toBe('nn');
    expect(send(latch, ['10.0.0.2', 5000], 1)).toBe('y');
  });

  it('with the same address keeps the way through the NAT', () => {
    const latch = described();
    send(latch, NAT, 5);
    const before = latch.remote;
    latch.describe(...DESCRIBED);
    expect(latch.remote).toBe(before);
    expect(send(latch, NAT, 2, { at: 100, sequence: 105 })).toBe('yy');
  });
});
