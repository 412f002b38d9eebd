import { describe, expect, it } from 'vitest';
import { compactNtp, ntpFraction, ntpSeconds, roundTripMs } from '../../../../src/media/rtp/ntp.codec.ts';

describe('NTP time', () => {
  it('counts from 1900', () => {
    expect(ntpSeconds(0)).toBe(2_208_988_800);
    expect(ntpFraction(0)).toBe(0);
    expect(ntpSeconds(Date.UTC(2026, 0, 1))).toBe(2_208_988_800 + 1_767_225_600);
    expect(ntpFraction(1500)).toBe(0x8000_0000);
    expect(ntpFraction(1999.9999)).toBeLessThanOrEqual(0xffff_ffff);
  });

  it('wraps in 2036', () => {
    expect(ntpSeconds(Date.UTC(2036, 1, 7, 6, 28, 16))).toBe(0);
  });
});

describe('round trip (RFC 3550 §6.4.1)', () => {
  it('is 6.125 s in the example of figure 2', () => {
    const sent = compactNtp(0xb44d_b705, 0x2000_0000);
    expect(sent).toBe(0xb705_2000);
    expect(roundTripMs(0xb710_8000, sent, 0x0005_4000)).toBe(6125);
  });

  it('is unknown before a sender report came back', () => {
    expect(roundTripMs(0xb710_8000, 0, 0)).toBeUndefined();
  });

  it('is not negative, and nonsense is none', () => {
    expect(roundTripMs(1000, 900, 120)).toBe(0);
    expect(roundTripMs(1000, 900, 65536)).toBeUndefined();
  });

  it('is right where the 16 bits of seconds wrap', () => {
    expect(roundTripMs(0x0000_8000, 0xffff_8000, 0)).toBe(1000);
  });
});
