import { describe, expect, it } from 'vitest';
import {
  RtcpPacketConverter,
  RtcpReceiverInfo,
  RtcpRrPacket,
  RtcpSenderInfo,
  type RtcpSourceDescriptionPacket,
  RtcpSrPacket,
} from 'werift';
import {
  isRtcp,
  RTCP_MAX_SIZE,
  type RtcpReport,
  type RtcpReportBlock,
  readRtcp,
  writeRtcp,
} from '../../../../src/media/rtp/rtcp.codec.ts';

interface Heard {
  senders: number[][];
  blocks: number[][];
  names: [number, string][];
  goodbyes: [number, string][];
}

function read(bytes: Uint8Array, length = bytes.length): Heard | undefined {
  const heard: Heard = { senders: [], blocks: [], names: [], goodbyes: [] };
  const valid = readRtcp(bytes, length, {
    senderReport: (...values) => heard.senders.push(values),
    reportBlock: (...values) => heard.blocks.push(values),
    cname: (ssrc, text) => heard.names.push([ssrc, text]),
    bye: (ssrc, reason) => heard.goodbyes.push([ssrc, reason]),
  });
  if (!valid) expect(heard).toEqual({ senders: [], blocks: [], names: [], goodbyes: [] });
  return valid ? heard : undefined;
}

const BLOCK: RtcpReportBlock = {
  source: 0xfedc_ba98,
  fractionLost: 200,
  cumulativeLost: -3,
  highestSequence: 0x8001_ffff,
  jitter: 0xffff_ffff,
  lastSr: 0x9234_5678,
  delaySinceLastSr: 65536,
};
const BLOCK_VALUES = [0xfedc_ba98, 200, -3, 0x8001_ffff, 0xffff_ffff, 0x9234_5678, 65536];
const SENDER = {
  ntpSeconds: 0xe000_0001,
  ntpFraction: 0x8000_0000,
  rtpTimestamp: 0xffff_0000,
  packetCount: 77,
  octetCount: 77 * 160,
};

function write(report: RtcpReport): Uint8Array {
  const target = new Uint8Array(RTCP_MAX_SIZE).fill(0xee);
  return target.subarray(0, writeRtcp(target, report));
}

describe('a compound of ours', () => {
  it('is a sender report with CNAME that reads back', () => {
    const bytes = write({ ssrc: 0x8765_4321, cname: 'user@host', sender: SENDER, blocks: [BLOCK] });
    expect(bytes.length % 4).toBe(0);
    expect(read(bytes)).toEqual({
      senders: [[0x8765_4321, ...Object.values(SENDER)]],
      blocks: [[0x8765_4321, ...BLOCK_VALUES]],
      names: [[0x8765_4321, 'user@host']],
      goodbyes: [],
    });
  });

  it('is a receiver report when nothing was sent, with BYE when asked for', () => {
    const report = { ssrc: 5, cname: 'a', blocks: [] };
    expect(read(write(report))).toEqual({ senders: [], blocks: [], names: [[5, 'a']], goodbyes: [] });
    expect(read(write({ ...report, bye: {} }))?.goodbyes).toEqual([[5, '']]);
    expect(read(write({ ...report, bye: { reason: 'session over' } }))?.goodbyes).toEqual([[5, 'session over']]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 255, 300])('pads texts of %i bytes to whole words', (length) => {
    const text = 'x'.repeat(length);
    const kept = text.slice(0, 255);
    const bytes = write({ ssrc: 1, cname: text, blocks: [], bye: { reason: text } });
    expect(read(bytes)).toMatchObject({ names: [[1, kept]], goodbyes: [[1, kept]] });
  });

  it('holds at most 31 blocks and losses of 24 bits, and fits its maximum size', () => {
    const blocks = Array.from({ length: 40 }, () => ({ ...BLOCK, cumulativeLost: 1e9 }));
    const long = 'y'.repeat(255);
    const bytes = write({ ssrc: 1, cname: long, sender: SENDER, blocks, bye: { reason: long } });
    const heard = read(bytes);
    expect(heard?.blocks).toHaveLength(31);
    expect(heard?.blocks[0]?.[3]).toBe(0x7f_ffff);
    expect(bytes.length).toBeLessThanOrEqual(RTCP_MAX_SIZE);
  });
});

describe('reading', () => {
  const valid = write({ ssrc: 1, cname: 'me', sender: SENDER, blocks: [BLOCK], bye: { reason: 'end' } });

  it('knows RTCP from RTP on a shared port (RFC 5761 §4)', () => {
    expect(isRtcp(valid, valid.length)).toBe(true);
    expect(isRtcp(Buffer.from('8000', 'hex'), 2)).toBe(false);
    expect(isRtcp(Buffer.from('80e4', 'hex'), 2)).toBe(false);
    expect(isRtcp(valid, 1)).toBe(false);
  });

  it('refuses every truncation of a compound, but for one between two packets', () => {
    const boundaries = [52, 68, valid.length];
    for (let length = 0; length < valid.length; length++) {
      expect(read(valid, length) !== undefined).toBe(boundaries.includes(length));
    }
    expect(read(valid, valid.length + 1)).toBeUndefined();
  });

  it.each([
    ['SDES first', '81ca000200000001010100000'.padEnd(24, '0')],
    ['version 1', '40c90001000000ff'],
    ['a count of blocks that are not there', '81c90001000000ff'],
    ['padding that is no multiple of four', 'a0c9000200000001000000ff'.replace('ff', '03')],
    ['padding of 0', 'a0c900020000000100000000'],
    ['padding of more than the packet', 'a0c900020000000100000010'],
    ['padding before the last packet', 'a0c90002000000010000000480c9000100000001'],
    ['BYE of sources that are not there', '80c900010000000183cb000100000001'],
  ])('refuses %s', (_, hex) => {
    expect(read(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('takes padding at the end, unknown packets, and sources without end', () => {
    const app = '80cc00020000000141424344';
    const padded = 'a0c9000200000001' + '00000004';
    expect(read(Buffer.from(`80c9000100000009${app}${padded}`, 'hex'))).toBeDefined();
    const bye = Buffer.from('80c900010000000182cb00020000000a0000000b', 'hex');
    expect(read(bye)?.goodbyes).toEqual([
      [10, ''],
      [11, ''],
    ]);
  });

  it('passes over items other than CNAME, reads several chunks, and stops at an item that leaves the packet', () => {
    const rr = '80c9000100000009';
    const two = Buffer.from(`${rr}82ca0005${'00000001'}${'02016101'}${'01620000'}${'00000002'}${'01016300'}`, 'hex');
    expect(read(two)?.names).toEqual([
      [1, 'b'],
      [2, 'c'],
    ]);
    const broken = Buffer.from(`${rr}81ca0002${'00000001'}${'01ff6100'}`, 'hex');
    expect(read(broken)?.names).toEqual([]);
  });

  it('ignores a reason that leaves the packet', () => {
    expect(read(Buffer.from('80c900010000000181cb0002000000010f616263', 'hex'))?.goodbyes).toEqual([[1, '']]);
  });
});

describe('werift as oracle', () => {
  it('reads what we write', () => {
    const positive = { ...BLOCK, cumulativeLost: 1234 };
    const bytes = write({ ssrc: 0x8765_4321, cname: 'user@host', sender: SENDER, blocks: [positive] });
    const [report, description] = RtcpPacketConverter.deSerialize(Buffer.from(bytes));
    expect(report).toBeInstanceOf(RtcpSrPacket);
    const sender = report as RtcpSrPacket;
    expect(sender.ssrc).toBe(0x8765_4321);
    expect(sender.senderInfo).toMatchObject({
      ntpTimestamp: 0xe000_0001_8000_0000n,
      rtpTimestamp: SENDER.rtpTimestamp,
      packetCount: 77,
      octetCount: 77 * 160,
    });
    expect(sender.reports[0]).toMatchObject({
      ssrc: positive.source,
      fractionLost: 200,
      packetsLost: 1234,
      highestSequence: positive.highestSequence,
      jitter: positive.jitter,
      lsr: positive.lastSr,
      dlsr: positive.delaySinceLastSr,
    });
    expect((description as RtcpSourceDescriptionPacket).chunks).toMatchObject([
      { source: 0x8765_4321, items: [{ type: 1, text: 'user@host' }] },
    ]);
  });

  it('writes what we read', () => {
    const info = new RtcpReceiverInfo({
      ssrc: 9,
      fractionLost: 5,
      packetsLost: 6,
      highestSequence: 7,
      jitter: 8,
      lsr: 10,
      dlsr: 11,
    });
    const sr = new RtcpSrPacket({
      ssrc: 3,
      senderInfo: new RtcpSenderInfo({ ntpTimestamp: 0x1_0000_0002n, rtpTimestamp: 4, packetCount: 5, octetCount: 6 }),
      reports: [info],
    });
    expect(read(sr.serialize())).toMatchObject({ senders: [[3, 1, 2, 4, 5, 6]], blocks: [[3, 9, 5, 6, 7, 8, 10, 11]] });
    const rr = new RtcpRrPacket({ ssrc: 3, reports: [info, info] });
    expect(read(rr.serialize())?.blocks).toHaveLength(2);
  });
});
