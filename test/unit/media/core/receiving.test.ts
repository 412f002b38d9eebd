import { describe, expect, it } from 'vitest';
import type { RecordRequest } from '../../../../src/channel/record-port.ts';
import { encodeUlaw } from '../../../../src/media/codec/g711.codec.ts';
import { readRtcp, writeRtcp } from '../../../../src/media/rtp/rtcp.codec.ts';
import { frames, MediaRig, PLAN, REMOTE } from './media-rig.ts';

const RECORD: RecordRequest = { path: '/x.wav', format: 'PCMU', bargeIn: '', ifExists: 'overwrite' };
/** 20 ms of a tone, which is sound for the silence detector. */
const TONE = Uint8Array.from({ length: 160 }, (_, index) =>
  encodeUlaw(8000 * Math.sin((2 * Math.PI * 400 * index) / 8000)),
);
const QUIET = new Uint8Array(160).fill(0xff);

describe('recording', () => {
  it('keeps G.711 of the same law untouched', () => {
    const rig = new MediaRig();
    rig.media.record(1, RECORD);
    rig.tick(60, (index) => rig.voice(frames(1, 1 + (index % 100))));
    rig.media.stop(1, 'stopped');
    const recorded = rig.recording(1);
    expect(recorded).toHaveLength(60 * 160);
    const begin = recorded.indexOf(frames(1, 1));
    expect(begin).toBeGreaterThanOrEqual(0);
    for (let at = begin; at < recorded.length; at += 160) {
      expect(recorded[at]).toBe(1 + (((at - begin) / 160) % 100));
    }
    expect(rig.told[0]).toMatch(/^record 1 stopped 1200/);
  });

  it('decodes to 16-bit samples', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, format: 'PCM16' });
    rig.tick(10, () => rig.voice(TONE));
    rig.media.stop(1, 'stopped');
    const samples = rig.recording(1);
    expect(samples).toHaveLength(10 * 320);
    let peak = 0;
    for (let at = 0; at < samples.length; at += 2) peak = Math.max(peak, samples.readInt16LE(at));
    expect(peak).toBeGreaterThan(7800);
    expect(peak).toBeLessThan(8200);
  });

  it('translates to the other law', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, format: 'PCMA' });
    rig.tick(10, () => rig.voice(QUIET));
    rig.media.stop(1, 'stopped');
    expect(new Set(rig.recording(1))).toEqual(new Set([0xd5]));
  });

  it('conceals what is lost instead of leaving a hole', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, format: 'PCM16' });
    rig.tick(30, (index) => {
      if (index % 10 === 5) {
        rig.sequence++;
        rig.timestamp += 160;
      } else rig.voice(TONE);
    });
    rig.media.stop(1, 'stopped');
    const samples = rig.recording(1);
    expect(samples).toHaveLength(30 * 320);
    expect(rig.media.statistics().packetsLost).toBe(3);
    expect(rig.media.statistics().framesConcealed).toBeGreaterThanOrEqual(2);
  });

  it('ends at the exact length wanted', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, maxDurationMs: 50 });
    rig.tick(10);
    expect(rig.told).toEqual(['record 1 timeout 50']);
    expect(rig.recording(1)).toHaveLength(400);
  });

  it.each([
    ['PCM16', 44 + 1001, 1000],
    ['PCMU', 58 + 1001, 1000],
  ] as const)('ends when a %s file has the size wanted, header and padding included', (format, maxBytes, data) => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, format, maxBytes });
    rig.tick(20);
    expect(rig.told[0]).toMatch(/^record 1 size/);
    expect(rig.recording(1)).toHaveLength(data);
  });

  it('ends after silence that follows sound, and says that there was sound', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, maxSilenceMs: 1000, initialSilenceMs: 5000 });
    rig.tick(100, (index) => rig.voice(index < 30 ? TONE : QUIET));
    expect(rig.told).toHaveLength(1);
    const [, ms] = /^record 1 silence (\d+) audio$/.exec(rig.told[0] ?? '') ?? [];
    expect(Number(ms)).toBeGreaterThanOrEqual(1600);
    expect(Number(ms)).toBeLessThanOrEqual(1720);
  });

  it('ends after its own time when there is silence from the beginning', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, maxSilenceMs: 200, initialSilenceMs: 1000 });
    rig.tick(100);
    expect(rig.told).toEqual(['record 1 silence 1000']);
  });

  it('takes the silence limit for the beginning too when there is no other', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, maxSilenceMs: 200 });
    rig.tick(100, () => rig.voice(QUIET));
    expect(rig.told).toEqual(['record 1 silence 200']);
  });

  it('ends with a key of the barge-in set', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, bargeIn: '#' });
    rig.tick(5);
    rig.key(3);
    rig.key(11);
    expect(rig.told).toEqual(['digit 3 RFC4733', 'digit # RFC4733', 'record 1 bargein 100']);
  });

  it('records silence while nothing may come in', () => {
    const rig = new MediaRig({ ...PLAN, direction: 'sendonly' });
    rig.media.record(1, RECORD);
    rig.tick(10, () => rig.voice(TONE));
    rig.media.stop(1, 'stopped');
    expect(rig.recording(1)).toEqual(Buffer.alloc(1600, 0xff));
    expect(rig.told).toEqual(['record 1 stopped 200']);
  });
});

describe('echo', () => {
  it('sends back what came in, untouched, in the order of coming', () => {
    const rig = new MediaRig();
    rig.media.echo(1);
    rig.tick(30, (index) => rig.voice(frames(1, 1 + index)));
    const heard = rig.sent.map(({ payload }) => payload[0]).filter((byte) => byte !== 0xff);
    expect(heard.length).toBeGreaterThan(20);
    expect(heard).toEqual(heard.map((_byte, index) => 1 + index));
    rig.media.stop(1, 'stopped');
    expect(rig.told).toEqual(['echo 1 stopped']);
  });

  it('translates when the laws differ', () => {
    const rig = new MediaRig();
    rig.media.echo(1);
    rig.tick(10, () => rig.voice(new Uint8Array(160).fill(0xd5), { payloadType: 8 }));
    // The quietest A-law sample is 8, which mu-law has too.
    expect(rig.sent.at(-1)?.payload).toEqual(Buffer.alloc(160, 0xfe));
  });
});

describe('what comes in', () => {
  it('of an unknown payload type or from nowhere known is ignored', () => {
    const rig = new MediaRig();
    rig.voice(TONE, { payloadType: 96 });
    rig.media.receiveRtp(Buffer.from('OPTIONS sip:x SIP/2.0'), 21, REMOTE.address, REMOTE.rtpPort, 0);
    expect(rig.media.statistics().packetsReceived).toBe(0);
  });

  it('from behind a NAT is followed, for the audio and for the reports', () => {
    const rig = new MediaRig();
    const elsewhere = { address: '203.0.113.9', port: 61_000 };
    for (let index = 0; index < 5; index++) {
      const packet = Buffer.alloc(172);
      packet[0] = 0x80;
      packet.writeUInt16BE(index, 2);
      packet.writeUInt32BE(index * 160, 4);
      rig.media.receiveRtp(packet, packet.length, elsewhere.address, elsewhere.port, index * 20);
    }
    expect(rig.remotes.at(-1)).toBe('203.0.113.9:61000 203.0.113.9:61001');
    expect(rig.media.statistics().remoteAddress).toBe('203.0.113.9:61000');
  });

  it('is not counted as lost that went to somebody else meanwhile', () => {
    const rig = new MediaRig();
    rig.tick(20, () => rig.voice(QUIET));
    const released = { direction: 'inactive', remote: { address: '0.0.0.0', rtpPort: 0, rtcpPort: 0 } } as const;
    rig.media.configure({ ...PLAN, ...released, isReleased: true }, 'auto');
    // On its way when it agreed.
    rig.voice(QUIET);
    rig.tick(500, () => {
      rig.sequence++;
      rig.timestamp += 160;
    });
    // It comes back before its answer does.
    rig.voice(QUIET);
    rig.media.configure(PLAN, 'auto');
    rig.tick(10, () => rig.voice(QUIET));
    rig.sequence++;
    rig.tick(10, () => rig.voice(QUIET));
    // The first one of a stream is not counted (RFC 3550 appendix A.1), and there are two.
    expect(rig.media.statistics()).toMatchObject({ packetsReceived: 38, packetsLost: 1 });
  });

  it('steadily from one place ties the socket to it, and silence unties it', () => {
    const rig = new MediaRig();
    rig.tick(60, () => rig.voice(TONE));
    expect(rig.remotes.at(-1)).toBe('192.0.2.7:4000 192.0.2.7:4001 settled');
    rig.tick(15);
    expect(rig.remotes.at(-1)).toBe('192.0.2.7:4000 192.0.2.7:4001');
  });
});

describe('RTCP', () => {
  it('reports every few seconds with sender info and a block about the far end', () => {
    const rig = new MediaRig();
    rig.tick(1000, () => rig.voice(TONE));
    expect(rig.control.length).toBeGreaterThanOrEqual(2);
    expect(rig.control.length).toBeLessThanOrEqual(8);
    const seen: string[] = [];
    const report = rig.control.at(-1) as Buffer;
    const valid = readRtcp(report, report.length, {
      senderReport: (ssrc, _seconds, _fraction, _timestamp, packets, octets) => {
        seen.push(`SR ${ssrc === rig.sent[0]?.ssrc} ${octets === packets * 160}`);
      },
      reportBlock: (_reporter, source, fraction, lost) => seen.push(`block ${source} ${fraction} ${lost}`),
      cname: (_ssrc, text) => seen.push(text),
    });
    expect(valid).toBe(true);
    expect(seen).toEqual(['SR true true', 'block 77 0 0', 'test']);
  });

  it('measures the round trip from the far end’s report', () => {
    const rig = new MediaRig();
    rig.tick(500);
    const ours = rig.control[0] as Buffer;
    const lastSr = ours.readUInt32BE(8 + 2);
    const slab = Buffer.alloc(1500);
    const block = { source: rig.sent[0]?.ssrc ?? 0, fractionLost: 0, cumulativeLost: 0, highestSequence: 0, jitter: 0 };
    const length = writeRtcp(slab, { ssrc: 9, cname: 'far', blocks: [{ ...block, lastSr, delaySinceLastSr: 0 }] });
    rig.media.receiveRtcp(slab, length, REMOTE.address, REMOTE.rtcpPort, rig.now);
    const { roundTripMs } = rig.media.statistics();
    expect(roundTripMs).toBeGreaterThan(0);
    expect(roundTripMs).toBeLessThan(10_000);
  });

  it('says BYE at the end, and nothing when nothing was ever sent', () => {
    const rig = new MediaRig();
    rig.tick(3);
    rig.media.close(rig.now);
    const byes: number[] = [];
    const last = rig.control.at(-1) as Buffer;
    readRtcp(last, last.length, { bye: (ssrc) => byes.push(ssrc) });
    expect(byes).toEqual([rig.sent[0]?.ssrc]);
    const unused = new MediaRig();
    unused.media.close(0);
    expect(unused.control).toEqual([]);
  });

  it('shares the port of the audio when that was agreed on (RFC 5761)', () => {
    const rig = new MediaRig({ ...PLAN, rtcpMux: true });
    const slab = Buffer.alloc(1500);
    const length = writeRtcp(slab, { ssrc: 9, cname: 'far', blocks: [] });
    rig.media.receiveRtp(slab, length, REMOTE.address, REMOTE.rtpPort, rig.now);
    expect(rig.remotes.at(-1)).toBe('192.0.2.7:4000 192.0.2.7:4000');
  });
});

it('closing ends everything that runs', () => {
  const rig = new MediaRig();
  rig.media.play(1);
  rig.media.record(2, RECORD);
  rig.media.echo(3);
  rig.media.sendDigits(4, { digits: '1', onMs: 100, offMs: 50 });
  rig.media.close(0);
  expect(rig.told).toEqual(['play 1 closed 0', 'echo 3 closed', 'record 2 closed 0', 'digits 4 closed']);
});

it('tells the levels of what is heard and sent', () => {
  const rig = new MediaRig();
  rig.tick(10, () => rig.voice(TONE));
  const { levelReceived, levelSent } = rig.media.statistics();
  // A sine of amplitude 8000 lies 15.3 dB below a full-scale square wave.
  expect(levelReceived).toBeCloseTo(-15.3, 0);
  expect(levelSent).toBe(-127);
});
