import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newTelephoneEvent, readEvent, writeEvent } from '../../src/media/dtmf/event.codec.ts';
import { Latch } from '../../src/media/rtp/latch.state.ts';
import { newRtpHeader, readRtp, writeRtpHeader } from '../../src/media/rtp/packet.codec.ts';
import { RTCP_MAX_SIZE, readRtcp, writeRtcp } from '../../src/media/rtp/rtcp.codec.ts';
import { mutate } from '../support/mutate.ts';

/** Half of what is asked of RTP and RTCP together. */
const MUTATIONS = 100_000;

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const uint16 = fc.integer({ min: 0, max: 0xffff });

/** An RTP packet with two sources, an extension and padding. */
const RTP = Buffer.from(`b280123400005678000000090000000100000002bede000110ff0000${'55'.repeat(20)}00000004`, 'hex');

function compound(): Buffer {
  const target = Buffer.alloc(RTCP_MAX_SIZE);
  const block = {
    source: 1,
    fractionLost: 2,
    cumulativeLost: 3,
    highestSequence: 4,
    jitter: 5,
    lastSr: 6,
    delaySinceLastSr: 7,
  };
  const sender = { ntpSeconds: 1, ntpFraction: 2, rtpTimestamp: 3, packetCount: 4, octetCount: 5 };
  const length = writeRtcp(target, { ssrc: 1, cname: 'a@b', sender, blocks: [block, block], bye: { reason: 'done' } });
  return target.subarray(0, length);
}

describe('damaged packets', () => {
  it(`of RTP: ${MUTATIONS} never throw, and what is accepted lies within the packet`, () => {
    const header = newRtpHeader();
    let accepted = 0;
    for (let seed = 0; seed < MUTATIONS; seed++) {
      const bytes = mutate(RTP, seed);
      if (!readRtp(bytes, bytes.length, header)) continue;
      accepted++;
      if (header.payloadOffset < 12 || header.payloadLength < 0) expect.fail(`seed ${seed}`);
      if (header.payloadOffset + header.payloadLength > bytes.length) expect.fail(`seed ${seed}`);
    }
    expect(accepted).toBeGreaterThan(MUTATIONS / 20);
    expect(accepted).toBeLessThan(MUTATIONS);
  });

  it(`of RTCP: ${MUTATIONS} never throw, and every number that is handed over is one`, () => {
    const bytes = compound();
    let numbers = 0;
    const take = (...values: (number | string)[]): void => {
      for (const value of values) if (typeof value === 'number' && !Number.isInteger(value)) expect.fail('no number');
      numbers += values.length;
    };
    const handler = { senderReport: take, reportBlock: take, bye: take, cname: take };
    for (let seed = 0; seed < MUTATIONS; seed++) {
      const damaged = mutate(bytes, seed);
      readRtcp(damaged, damaged.length, handler);
    }
    expect(numbers).toBeGreaterThan(MUTATIONS / 20);
  });

  it('of random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const header = newRtpHeader();
        readRtp(bytes, bytes.length, header);
        readRtcp(bytes, bytes.length, {});
        readEvent(bytes, 0, bytes.length, newTelephoneEvent());
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('round trips', () => {
  it('of an RTP header', () => {
    const sevenBits = fc.integer({ min: 0, max: 127 });
    fc.assert(
      fc.property(fc.boolean(), sevenBits, uint16, uint32, uint32, (marker, type, sequence, timestamp, ssrc) => {
        // With the marker, 64 to 95 would look like RTCP.
        fc.pre(!(marker && type >= 64 && type <= 95));
        const bytes = new Uint8Array(12);
        writeRtpHeader(bytes, 0, marker, type, sequence, timestamp, ssrc);
        const header = newRtpHeader();
        expect(readRtp(bytes, 12, header)).toBe(true);
        expect(header).toMatchObject({ marker, payloadType: type, sequence, timestamp, ssrc, payloadLength: 0 });
      }),
      { numRuns: 2000 },
    );
  });

  it('of an RTCP compound', () => {
    const block = fc.record({
      source: uint32,
      fractionLost: fc.integer({ min: 0, max: 255 }),
      cumulativeLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
      highestSequence: uint32,
      jitter: uint32,
      lastSr: uint32,
      delaySinceLastSr: uint32,
    });
    const text = fc.string({ maxLength: 60 });
    fc.assert(
      fc.property(uint32, text, fc.array(block, { maxLength: 31 }), text, (ssrc, cname, blocks, reason) => {
        const target = new Uint8Array(RTCP_MAX_SIZE);
        const length = writeRtcp(target, { ssrc, cname, blocks, bye: { reason } });
        const read: unknown[] = [];
        const goodbyes: unknown[] = [];
        const names: unknown[] = [];
        const valid = readRtcp(target, length, {
          reportBlock: (_, source, fractionLost, cumulativeLost, highestSequence, jitter, lastSr, delaySinceLastSr) =>
            read.push({ source, fractionLost, cumulativeLost, highestSequence, jitter, lastSr, delaySinceLastSr }),
          bye: (...values) => goodbyes.push(values),
          cname: (...values) => names.push(values),
        });
        expect(valid).toBe(true);
        expect(read).toEqual(blocks);
        expect(goodbyes).toEqual([[ssrc, reason]]);
        expect(names).toEqual([[ssrc, cname]]);
      }),
      { numRuns: 1000 },
    );
  });

  it('of a telephone-event', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, fc.boolean(), fc.integer({ min: 0, max: 63 }), uint16, (event, end, volume, duration) => {
        const bytes = new Uint8Array(4);
        writeEvent(bytes, 0, event, end, volume, duration);
        const read = newTelephoneEvent();
        expect(readEvent(bytes, 0, 4, read)).toBe(true);
        expect(read).toEqual({ event, end, volume, duration });
      }),
    );
  });
});

describe('latch', () => {
  it('stays with a source that is heard, whatever arrives from elsewhere', () => {
    const stranger = fc.record({
      address: fc.constantFrom('10.0.0.1', '10.0.0.2', '203.0.113.1'),
      port: fc.integer({ min: 4001, max: 4004 }),
      ssrc: fc.integer({ min: 1, max: 3 }),
      sequence: uint16,
    });
    fc.assert(
      fc.property(fc.array(fc.array(stranger, { maxLength: 6 }), { maxLength: 60 }), (ticks) => {
        const latch = new Latch();
        latch.describe('10.0.0.1', 4000);
        ticks.forEach((strangers, tick) => {
          expect(latch.accept('10.0.0.1', 4000, 1, tick, tick * 20)).toBe(true);
          for (const { address, port, ssrc, sequence } of strangers) {
            expect(latch.accept(address, port, ssrc, sequence, tick * 20 + 5)).toBe(false);
          }
        });
      }),
    );
  });
});
