import { describe, expect, it } from 'vitest';
import { RtpHeader, RtpPacket } from 'werift';
import { newRtpHeader, RTP_HEADER_SIZE, readRtp, writeRtpHeader } from '../../../../src/media/rtp/packet.codec.ts';

const EXAMPLE = Buffer.from('80e4ffffffffff00deadbeef01020304', 'hex');

function read(bytes: Uint8Array, length = bytes.length): ReturnType<typeof newRtpHeader> | undefined {
  const header = newRtpHeader();
  return readRtp(bytes, length, header) ? header : undefined;
}

describe('reading', () => {
  it('takes every field as unsigned', () => {
    expect(read(EXAMPLE)).toEqual({
      marker: true,
      payloadType: 100,
      sequence: 65535,
      timestamp: 0xffff_ff00,
      ssrc: 0xdead_beef,
      payloadOffset: 12,
      payloadLength: 4,
    });
  });

  it('skips contributing sources, an extension and padding', () => {
    const bytes = Buffer.concat([
      Buffer.from('b2000001000000020000000300000011000000220001000144444444', 'hex'),
      Buffer.from('aabb000003', 'hex'),
    ]);
    const header = read(bytes);
    expect(header?.payloadOffset).toBe(28);
    expect(header?.payloadLength).toBe(2);
  });

  it('allows an empty payload', () => {
    expect(read(EXAMPLE.subarray(0, 12))?.payloadLength).toBe(0);
  });

  it('goes by the length received, not by the size of the buffer', () => {
    expect(read(EXAMPLE, 14)?.payloadLength).toBe(2);
    expect(read(EXAMPLE, 11)).toBeUndefined();
    expect(read(EXAMPLE, 17)).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['eleven bytes', '8000000000000000000000'],
    ['version 0', '000000000000000000000000'],
    ['version 1', '400000000000000000000000'],
    ['version 3', 'c00000000000000000000000'],
    ['contributing sources that are not there', '8f0000000000000000000000'],
    ['an extension without header', '9000000000000000000000000000'],
    ['an extension longer than the packet', '90000000000000000000000000000002aaaaaaaa'],
    ['padding of 0', 'a0000000000000000000000000'],
    ['padding into the header', 'a0000000000000000000000002'],
    ['RTCP: a sender report', '80c8000600000000000000000000000000000000000000000000000000'],
    ['RTCP: feedback', '80ce00020000000000000000'],
    ['a STUN request', '000100002112a442000000000000000000000000'],
  ])('refuses %s', (_, hex) => {
    expect(read(Buffer.from(hex, 'hex'))).toBeUndefined();
  });
});

describe('writing', () => {
  it('puts the fields where reading finds them', () => {
    const bytes = Buffer.alloc(20, 0xee);
    writeRtpHeader(bytes, 2, true, 101, 65535, 0xffff_fff0, 0x8000_0001);
    expect(bytes.subarray(0, 2).toString('hex') + bytes.subarray(14).toString('hex')).toBe('ee'.repeat(8));
    expect(read(bytes.subarray(2, 2 + RTP_HEADER_SIZE))).toEqual({
      marker: true,
      payloadType: 101,
      sequence: 65535,
      timestamp: 0xffff_fff0,
      ssrc: 0x8000_0001,
      payloadOffset: 12,
      payloadLength: 0,
    });
  });

  it('takes the low bits of numbers that have grown past their fields', () => {
    const bytes = new Uint8Array(12);
    writeRtpHeader(bytes, 0, false, 8, 0x1_0002, 0x1_0000_0003, 1);
    expect(read(bytes)).toMatchObject({ marker: false, payloadType: 8, sequence: 2, timestamp: 3 });
  });
});

describe('werift as oracle', () => {
  const VALUES = [0, 1, 127, 255, 256, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

  it('reads what we write', () => {
    for (const value of VALUES) {
      const bytes = Buffer.alloc(16, 7);
      writeRtpHeader(bytes, 0, (value & 1) === 1, value % 64, value & 0xffff, value, value);
      const { header, payload } = RtpPacket.deSerialize(bytes);
      expect(header).toMatchObject({
        version: 2,
        padding: false,
        extension: false,
        marker: (value & 1) === 1,
        payloadType: value % 64,
        sequenceNumber: value & 0xffff,
        timestamp: value,
        ssrc: value,
      });
      expect(payload).toEqual(Buffer.alloc(4, 7));
    }
  });

  it('writes what we read, with sources, extension and padding', () => {
    for (const value of VALUES) {
      const packet = new RtpPacket(
        new RtpHeader({
          marker: (value & 1) === 1,
          payloadType: value % 64,
          sequenceNumber: value & 0xffff,
          timestamp: value,
          ssrc: value,
          csrc: Array.from({ length: value % 16 }, (_, index) => index),
          extension: value % 3 === 0,
          extensions: value % 3 === 0 ? [{ id: 1, payload: Buffer.of(1, 2, 3) }] : [],
          padding: value % 2 === 1,
          paddingSize: value % 2 === 1 ? 4 : 0,
        }),
        Buffer.from('payload'),
      );
      const bytes = packet.serialize();
      const header = read(bytes);
      expect(header).toMatchObject({ sequence: value & 0xffff, timestamp: value, ssrc: value, payloadLength: 7 });
      const from = header?.payloadOffset ?? 0;
      expect(bytes.subarray(from, from + 7).toString()).toBe('payload');
    }
  });
});
