import { describe, expect, it } from 'vitest';
import { frames, MediaRig, PLAN, REMOTE } from './media-rig.ts';

const SILENCE = Buffer.alloc(160, 0xff);

describe('the stream that is sent', () => {
  it('sends silence from the answer on, one packet each 20 ms, under one SSRC', () => {
    const rig = new MediaRig();
    rig.tick(5);
    expect(rig.sent).toHaveLength(5);
    for (const [index, packet] of rig.sent.entries()) {
      expect(packet.payload).toEqual(SILENCE);
      expect(packet.sequence).toBe((((rig.sent[0]?.sequence ?? 0) + index) & 0xffff) >>> 0);
      expect(packet.timestamp).toBe(((rig.sent[0]?.timestamp ?? 0) + index * 160) >>> 0);
      expect(packet.ssrc).toBe(rig.sent[0]?.ssrc);
      expect(packet.marker).toBe(index === 0);
    }
  });

  it('sends nothing before there is a plan', () => {
    const rig = new MediaRig('none');
    rig.tick(3);
    expect(rig.sent).toHaveLength(0);
    rig.media.configure(PLAN, 'auto');
    rig.tick(1);
    expect(rig.sent).toHaveLength(1);
  });

  it.each([
    [10, [80, 80]],
    [20, [160]],
    [40, [320]],
    [60, [480]],
  ])('packs %i ms into a packet when the far end wants that', (ptimeMs, sizes) => {
    const rig = new MediaRig({ ...PLAN, ptimeMs });
    rig.media.play(1);
    rig.media.player(1)?.push(frames(60), 0);
    rig.media.player(1)?.complete();
    rig.tick(60);
    expect(rig.sent.slice(0, sizes.length).map(({ payload }) => payload.length)).toEqual(sizes);
    expect(Buffer.concat(rig.sent.map(({ payload }) => payload))).toEqual(Buffer.from(frames(60)));
    const samples = ptimeMs * 8;
    for (const [index, { timestamp }] of rig.sent.entries()) {
      expect(timestamp).toBe(((rig.sent[0]?.timestamp ?? 0) + index * samples) >>> 0);
    }
  });

  it('keeps the timestamp going while nothing may be sent, and marks what comes after', () => {
    const rig = new MediaRig();
    rig.tick(2);
    rig.media.configure({ ...PLAN, direction: 'recvonly' }, 'auto');
    rig.tick(10);
    rig.media.configure(PLAN, 'auto');
    rig.tick(1);
    const [first, second, third] = rig.sent;
    expect(rig.sent).toHaveLength(3);
    expect(third?.sequence).toBe(((second?.sequence ?? 0) + 1) & 0xffff);
    expect(third?.timestamp).toBe(((first?.timestamp ?? 0) + 12 * 160) >>> 0);
    expect(third?.marker).toBe(true);
  });

  it('sends nothing to a far end that gave no address (RFC 3264 section 8.4)', () => {
    const rig = new MediaRig();
    rig.media.configure({ ...PLAN, remote: { address: '0.0.0.0', rtpPort: 4000, rtcpPort: 4001 } }, 'auto');
    rig.tick(3);
    expect(rig.sent).toHaveLength(0);
    rig.media.configure(PLAN, 'auto');
    rig.tick(1);
    expect(rig.sent).toHaveLength(1);
  });

  it('changes the law with the negotiation, in the middle of a prompt', () => {
    const rig = new MediaRig();
    rig.media.play(1);
    rig.media.player(1)?.push(new Uint8Array(320).fill(0xff), 0);
    rig.tick(1);
    rig.media.configure({ ...PLAN, codec: 'PCMA', sendPayloadType: 8 }, 'auto');
    rig.tick(1);
    expect(rig.sent.map(({ payloadType }) => payloadType)).toEqual([0, 8]);
    expect(rig.sent[1]?.payload).toEqual(Buffer.alloc(160, 0xd5));
  });

  it('skips time after a stall without sending the packets of that time', () => {
    const rig = new MediaRig();
    rig.tick(1);
    rig.media.skip(10, rig.now);
    rig.tick(1);
    expect(rig.sent).toHaveLength(2);
    expect(((rig.sent[1]?.timestamp ?? 0) - (rig.sent[0]?.timestamp ?? 0)) >>> 0).toBe(11 * 160);
  });
});

describe('playing', () => {
  it('sends the bytes untouched and ends when the last of them has been sent', () => {
    const rig = new MediaRig();
    rig.media.play(1);
    rig.media.player(1)?.push(frames(3), 0);
    rig.media.player(1)?.complete();
    rig.tick(2);
    expect(rig.told).toEqual([]);
    rig.tick(2);
    expect(rig.told).toEqual(['play 1 completed 60']);
    expect(Buffer.concat(rig.sent.map(({ payload }) => payload))).toEqual(Buffer.concat([frames(3), SILENCE]));
  });

  it('fills the last frame with silence', () => {
    const rig = new MediaRig();
    rig.media.play(1);
    rig.media.player(1)?.push(frames(1, 5, 100), 0);
    rig.media.player(1)?.complete();
    rig.tick(1);
    expect(rig.sent[0]?.payload).toEqual(Buffer.concat([Buffer.alloc(100, 5), Buffer.alloc(60, 0xff)]));
    expect(rig.told).toEqual(['play 1 completed 12.5']);
  });

  it('completes at once when there is no audio at all', () => {
    const rig = new MediaRig();
    rig.media.play(1);
    rig.media.player(1)?.complete();
    rig.tick(1);
    expect(rig.told).toEqual(['play 1 completed 0']);
  });

  it('asks for more while less than a second is left, and sends silence when it comes late', () => {
    const rig = new MediaRig();
    let asked = 0;
    rig.onHungry = () => asked++;
    rig.media.play(1);
    rig.media.player(1)?.push(frames(60), 0);
    rig.tick(10);
    expect(asked).toBe(0);
    rig.tick(20);
    expect(asked).toBe(1);
    rig.tick(40);
    expect(asked).toBe(1);
    expect(rig.sent.at(-1)?.payload).toEqual(SILENCE);
    rig.media.player(1)?.push(frames(1, 9), 0);
    rig.tick(1);
    expect(rig.sent.at(-1)?.payload[0]).toBe(9);
    expect(rig.told).toEqual([]);
  });

  it('is off the wire with the packet after stop', () => {
    const rig = new MediaRig();
    rig.media.play(1);
    rig.media.player(1)?.push(frames(10), 0);
    rig.tick(3);
    rig.media.stop(1, 'stopped');
    rig.tick(1);
    expect(rig.told).toEqual(['play 1 stopped 60']);
    expect(rig.sent[3]?.payload).toEqual(SILENCE);
  });

  it('is off the wire with the packet after a key of the barge-in set, and tells the digit first', () => {
    const rig = new MediaRig();
    rig.media.play(1, { bargeIn: '12#' });
    rig.media.player(1)?.push(frames(10), 0);
    rig.tick(3);
    rig.key(11);
    rig.tick(1);
    expect(rig.told).toEqual(['digit # RFC4733', 'play 1 bargein 60']);
    expect(rig.sent[3]?.payload).toEqual(SILENCE);
  });

  it('goes on when another key is pressed, or when the key came before the start', () => {
    const rig = new MediaRig();
    rig.key(1);
    rig.media.play(1, { bargeIn: '1' });
    rig.media.player(1)?.push(frames(10), 0);
    rig.tick(3);
    rig.key(5);
    rig.tick(1);
    expect(rig.told).toEqual(['digit 1 RFC4733', 'digit 5 RFC4733']);
    expect(rig.sent[3]?.payload[0]).toBe(4);
  });

  it('goes on unheard during hold', () => {
    const rig = new MediaRig();
    rig.media.play(1);
    rig.media.player(1)?.push(frames(4), 0);
    rig.media.player(1)?.complete();
    rig.media.configure({ ...PLAN, direction: 'inactive' }, 'auto');
    rig.tick(4);
    expect(rig.sent).toHaveLength(0);
    expect(rig.told).toEqual(['play 1 completed 80']);
  });

  it('stands still while audio goes past this side, where nothing is sent at all, and is heard whole afterwards', () => {
    const rig = new MediaRig();
    rig.voice(frames(1, 9));
    rig.tick(1);
    const released = { direction: 'inactive', remote: { address: '0.0.0.0', rtpPort: 0, rtcpPort: 0 } } as const;
    rig.media.configure({ ...PLAN, ...released, isReleased: true }, 'auto');
    const { length } = rig.sent;
    rig.media.play(1);
    rig.media.player(1)?.push(frames(4), 0);
    rig.media.player(1)?.complete();
    const report = new Uint8Array(28).fill(0, 8);
    report.set([0x80, 200, 0, 6]);
    rig.media.receiveRtcp(report, report.length, REMOTE.address, REMOTE.rtcpPort, rig.now);
    rig.tick(1000);
    expect([rig.sent.length, rig.control.length, rig.told]).toEqual([length, 0, []]);
    rig.media.configure(PLAN, 'auto');
    rig.tick(4);
    expect(rig.sent.slice(length).map(({ payload }) => payload[0])).toEqual([1, 2, 3, 4]);
    expect(rig.told).toEqual(['play 1 completed 80']);
  });

  it('goes on in its own time, unheard, when it is clear that audio does not come back to this side', () => {
    const rig = new MediaRig();
    rig.voice(frames(1, 9));
    rig.tick(1);
    const gone = { direction: 'inactive', remote: { address: '0.0.0.0', rtpPort: 0, rtcpPort: 0 } } as const;
    rig.media.configure({ ...PLAN, ...gone, isReleased: true }, 'auto');
    const { length } = rig.sent;
    rig.media.play(1);
    rig.media.player(1)?.push(frames(4), 0);
    rig.media.player(1)?.complete();
    rig.tick(4);
    expect(rig.told).toEqual([]);
    rig.media.configure({ ...PLAN, ...gone, isReleased: false }, 'auto');
    rig.tick(4);
    expect([rig.sent.length, rig.told]).toEqual([length, ['play 1 completed 80']]);
  });

  it('takes one prompt at a time', () => {
    const rig = new MediaRig();
    expect(rig.media.play(1)).toBeDefined();
    expect(rig.media.play(2)).toBeUndefined();
  });
});

describe('sending digits', () => {
  it('sends events in place of the audio, each under the timestamp of its beginning, and three end packets', () => {
    const rig = new MediaRig();
    rig.tick(1);
    rig.media.sendDigits(1, { digits: '5', onMs: 100, offMs: 60 });
    rig.tick(12);
    const events = rig.sent.filter(({ payloadType }) => payloadType === 101);
    expect(events.map(({ payload }) => payload[0])).toEqual(Array.from({ length: events.length }, () => 5));
    expect(events.filter(({ payload }) => ((payload[1] ?? 0) & 0x80) !== 0)).toHaveLength(3);
    expect(new Set(events.map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(events[0]?.timestamp).toBe(((rig.sent[0]?.timestamp ?? 0) + 160) >>> 0);
    expect(events.map(({ marker }) => marker)).toEqual([
      true,
      ...Array.from({ length: events.length - 1 }, () => false),
    ]);
    expect(rig.told).toEqual(['digits 1 completed']);
    const first = rig.sent[0]?.sequence ?? 0;
    expect(rig.sent.map(({ sequence }) => sequence)).toEqual(
      rig.sent.map((_packet, index) => (first + index) & 0xffff),
    );
    const last = rig.sent.at(-1);
    expect(last?.payloadType).toBe(0);
    expect(last?.timestamp).toBe(((rig.sent[0]?.timestamp ?? 0) + 12 * 160) >>> 0);
  });

  it('holds the prompt while digits are sent', () => {
    const rig = new MediaRig();
    rig.media.play(1);
    rig.media.player(1)?.push(frames(4), 0);
    rig.media.player(1)?.complete();
    rig.tick(2);
    rig.media.sendDigits(2, { digits: '1', onMs: 60, offMs: 40 });
    rig.tick(20);
    const audio = rig.sent.filter(({ payloadType }) => payloadType === 0).map(({ payload }) => payload[0]);
    expect(audio.slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  it('sends what a packet of 40 ms holds before the event', () => {
    const rig = new MediaRig({ ...PLAN, ptimeMs: 40 });
    rig.tick(1);
    expect(rig.sent).toHaveLength(0);
    rig.media.sendDigits(1, { digits: '1', onMs: 60, offMs: 40 });
    rig.tick(1);
    expect(rig.sent.map(({ payloadType, payload }) => [payloadType, payload.length])).toEqual([
      [0, 160],
      [101, 4],
    ]);
  });

  it('ends a digit properly when it is stopped', () => {
    const rig = new MediaRig();
    rig.media.sendDigits(1, { digits: '123', onMs: 200, offMs: 60 });
    rig.tick(3);
    rig.media.stop(1, 'stopped');
    rig.tick(10);
    const events = rig.sent.filter(({ payloadType }) => payloadType === 101);
    expect(events.filter(({ payload }) => ((payload[1] ?? 0) & 0x80) !== 0)).toHaveLength(3);
    expect(events.every(({ payload }) => payload[0] === 1)).toBe(true);
    expect(rig.told).toEqual(['digits 1 stopped']);
  });
});
