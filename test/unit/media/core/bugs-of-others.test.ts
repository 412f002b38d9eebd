import { describe, expect, it } from 'vitest';
import { decodeG711, PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { MediaRig, PLAN, REMOTE } from './media-rig.ts';

/** What other programs have got wrong and no other test of this folder is about. */
describe('what goes out', () => {
  it('keeps its SSRC over a hold and a change of the law', () => {
    const rig = new MediaRig();
    rig.tick(3);
    rig.media.configure({ ...PLAN, direction: 'inactive' }, 'auto');
    rig.tick(50);
    rig.media.configure({ ...PLAN, codec: 'PCMA', sendPayloadType: 8 }, 'auto');
    rig.tick(3);
    expect(rig.sent).toHaveLength(6);
    expect(new Set(rig.sent.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('goes to the port of a new description with the very next packet, and the latch begins anew there', () => {
    const rig = new MediaRig();
    rig.voice(Buffer.alloc(160, 0x12));
    rig.tick(2);
    rig.media.configure({ ...PLAN, remote: { ...REMOTE, rtpPort: 5000, rtcpPort: 5001 } }, 'auto');
    expect(rig.remotes.at(-1)).toBe('192.0.2.7:5000 192.0.2.7:5001');
    rig.tick();
    expect(rig.sent).toHaveLength(3);
    // A packet of the old place that was still under way changes nothing.
    rig.voice(Buffer.alloc(160, 0x12));
    expect(rig.remotes.at(-1)).toBe('192.0.2.7:5000 192.0.2.7:5001');
  });

  it('has a marker where it begins to speak and on no other packet', () => {
    const rig = new MediaRig();
    rig.tick(100);
    expect(rig.sent.flatMap(({ marker }, index) => (marker ? [index] : []))).toEqual([0]);
  });

  it('does not come in a burst after a stall, and leaves out its time', () => {
    const rig = new MediaRig();
    rig.tick();
    rig.now += 1000;
    rig.media.skip(50, rig.now);
    rig.tick();
    expect(rig.sent).toHaveLength(2);
    const [before, after] = rig.sent;
    expect(after?.timestamp).toBe(((before?.timestamp ?? 0) + 51 * 160) >>> 0);
    expect(after?.sequence).toBe(((before?.sequence ?? 0) + 1) & 0xffff);
  });
});

describe('what comes in', () => {
  // Linear PCM silence is 0; the silence of A-law is 0xd5, of mu-law 0xff, and 0x80 is as loud as mu-law gets.
  it.each([
    ['0xd5 in A-law is silence', 8, PCMA, 0xd5, 8],
    ['0x80 in mu-law is the loudest sample', 0, PCMU, 0x80, 32124],
    ['0xff in mu-law is silence', 0, PCMU, 0xff, 0],
  ] as const)('%s', (_, payloadType, law, byte, sample) => {
    const linear = new Int16Array(1);
    decodeG711(law, Uint8Array.of(byte), 0, linear, 0, 1);
    expect(linear[0]).toBe(sample);
    const rig = new MediaRig();
    rig.media.record(1, { path: '', format: 'PCM16', bargeIn: '', ifExists: 'overwrite' });
    for (let packet = 0; packet < 5; packet++) rig.voice(Buffer.alloc(160, byte), { payloadType });
    rig.tick(5);
    rig.media.stop(1, 'stopped');
    const recorded = rig.recording(1);
    expect(recorded.readInt16LE(recorded.length - 2)).toBe(sample);
    expect(rig.media.statistics().levelReceived > -40).toBe(sample > 1000);
  });

  it('is left out and counted when it is more than the queue holds, and is no delay afterwards', () => {
    const rig = new MediaRig();
    for (let packet = 0; packet < 100; packet++) rig.voice(Buffer.alloc(160, 0x12));
    expect(rig.media.statistics().bufferMs).toBeLessThanOrEqual(420);
    rig.tick(100);
    const { packetsReceived, framesDropped } = rig.media.statistics();
    // The first one of a source only puts it on probation (RFC 3550 A.1).
    expect(packetsReceived).toBe(99);
    expect(framesDropped).toBeGreaterThanOrEqual(99 - 21);
    expect(rig.media.statistics().bufferMs).toBe(0);
  });
});
