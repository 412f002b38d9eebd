import { describe, expect, it } from 'vitest';
import type { CallRecordRequest } from '../../../../src/channel/record-port.ts';
import { decodeTable, encodeUlaw, PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { frames, MediaRig, PLAN } from './media-rig.ts';

const RECORD: CallRecordRequest = { path: '/x.wav', format: 'PCM16', channels: 'stereo', ifExists: 'overwrite' };

/** 20 ms of one value. */
function level(value: number): Uint8Array {
  return new Uint8Array(160).fill(encodeUlaw(value));
}

/** What is in a recording of 16-bit samples, one channel after the other. */
function channelsOf(bytes: Buffer, count: number): readonly (readonly number[])[] {
  const samples = Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(2 * index));
  return Array.from({ length: count }, (_, channel) => samples.filter((_, index) => index % count === channel));
}

/** What µ-law makes of a value. */
function heard(value: number): number {
  return decodeTable(PCMU)[encodeUlaw(value)] as number;
}

function play(rig: MediaRig, task: number, ...pieces: readonly Uint8Array[]): void {
  rig.media.play(task);
  for (const piece of pieces) rig.media.player(task)?.push(piece, PCMU);
  rig.media.player(task)?.complete();
}

describe('recording both sides', () => {
  it('has the far end on the left and what is sent on the right, frame by frame', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, RECORD);
    play(rig, 2, level(4000), level(5000));
    rig.tick(10, () => rig.voice(level(1000)));
    rig.media.stop(1, 'stopped');
    const [left, right] = channelsOf(rig.recording(1), 2) as [number[], number[]];
    expect([left.length, right.length]).toEqual([1600, 1600]);
    expect(new Set(left.slice(-800))).toEqual(new Set([heard(1000)]));
    const sent = [heard(4000), heard(5000), 0, 0].flatMap((value) => new Array<number>(160).fill(value));
    expect(right.slice(0, 640)).toEqual(sent);
    expect(rig.told.at(-1)).toBe('record 1 stopped 200 audio');
  });

  it('has both in one when mixed, and does not overflow', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, { ...RECORD, channels: 'mixed' });
    play(rig, 2, ...Array.from({ length: 10 }, () => level(30_000)));
    rig.tick(10, () => rig.voice(level(20_000)));
    rig.tick(10, () => rig.voice(level(-1000)));
    rig.media.stop(1, 'stopped');
    const [mixed] = channelsOf(rig.recording(1), 1) as [number[]];
    expect(mixed).toHaveLength(3200);
    expect(new Set(mixed.slice(800, 1600))).toEqual(new Set([32_767]));
    expect(mixed.at(-1)).toBe(heard(-1000));
  });

  it.each([
    ['PCMU', PCMU, 0xff],
    ['PCMA', PCMA, 0xd5],
  ] as const)('as %s has a byte for each side', (format, law, silence) => {
    const rig = new MediaRig();
    rig.media.recordCall(1, { ...RECORD, format });
    rig.tick(10, () => rig.voice(level(1000)));
    rig.media.stop(1, 'stopped');
    const bytes = rig.recording(1);
    expect(bytes).toHaveLength(10 * 320);
    expect(Math.abs((decodeTable(law)[bytes.at(-2) as number] as number) - 1000)).toBeLessThan(40);
    expect(bytes.at(-1)).toBe(silence);
  });

  it('has what is echoed on both sides in the same frame', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, RECORD);
    rig.media.echo(2);
    rig.tick(50, (index) => rig.voice(level(1000 + 100 * (index % 7))));
    rig.media.stop(1, 'stopped');
    const [left, right] = channelsOf(rig.recording(1), 2) as [number[], number[]];
    expect(new Set(left).size).toBeGreaterThan(7);
    expect(right).toEqual(left);
  });

  it('has silence where digits are sent, where nothing comes, and where nothing may be sent', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, RECORD);
    rig.media.sendDigits(2, { digits: '1', onMs: 100, offMs: 100 });
    rig.tick(10);
    play(rig, 3, level(4000), level(4000));
    rig.media.configure({ ...PLAN, direction: 'recvonly' }, 'auto');
    rig.tick(5);
    rig.media.stop(1, 'stopped');
    const [left, right] = channelsOf(rig.recording(1), 2) as [number[], number[]];
    expect([left.length, right.length]).toEqual([2400, 2400]);
    expect(new Set([...left, ...right])).toEqual(new Set([0]));
    expect(rig.told.at(-1)).toBe('record 1 stopped 300');
  });

  it('keeps its length when ticks were late', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, RECORD);
    rig.tick(5);
    rig.media.skip(7, rig.now);
    rig.tick(5);
    rig.media.stop(1, 'stopped');
    expect(rig.recording(1)).toHaveLength(17 * 640);
  });

  it('conceals what is lost', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, RECORD);
    rig.tick(30, (index) => {
      if (index === 20) {
        rig.sequence++;
        rig.timestamp += 160;
      } else rig.voice(level(1000));
    });
    rig.media.stop(1, 'stopped');
    const [left] = channelsOf(rig.recording(1), 2) as [number[]];
    expect(left).toHaveLength(4800);
    expect(left.slice(2400).filter((sample) => sample === 0)).toEqual([]);
    expect(rig.media.statistics().framesConcealed).toBe(1);
  });

  it('runs beside a recording of the far end, one at a time, and each ends for itself', () => {
    const rig = new MediaRig();
    expect(rig.media.recordCall(1, RECORD)).toBe(true);
    expect(rig.media.recordCall(9, RECORD)).toBe(false);
    const far = { path: '/y.wav', format: 'PCMU', bargeIn: '5', ifExists: 'overwrite' } as const;
    expect(rig.media.record(2, far)).toBe(true);
    rig.tick(10, () => rig.voice(frames(1, 7)));
    rig.key(5);
    rig.tick(5);
    expect(rig.told.filter((line) => line.startsWith('record'))).toEqual(['record 2 bargein 200 audio']);
    rig.media.close(rig.now);
    expect(rig.told.at(-1)).toMatch(/^record 1 closed 300/);
    expect(rig.recording(1)).toHaveLength(15 * 640);
  });

  it.each([
    ['stereo', 'PCM16', { maxDurationMs: 50 }, 'record 1 timeout 50', 1600],
    ['mixed', 'PCM16', { maxDurationMs: 50 }, 'record 1 timeout 50', 800],
    ['stereo', 'PCM16', { maxBytes: 44 + 1603 }, 'record 1 size 50', 1600],
    ['stereo', 'PCMU', { maxBytes: 58 + 801 }, 'record 1 size 50', 800],
    ['mixed', 'PCMU', { maxBytes: 58 + 401 }, 'record 1 size 50', 400],
    ['stereo', 'PCM16', { maxSilenceMs: 100 }, 'record 1 silence 100', 3200],
  ] as const)('%s as %s ends at %j', (channels, format, limits, told, bytes) => {
    const rig = new MediaRig();
    rig.media.recordCall(1, { ...RECORD, channels, format, ...limits });
    rig.tick(50);
    expect(rig.told).toEqual([told]);
    expect(rig.recording(1)).toHaveLength(bytes);
  });

  it('is not silent while this side speaks', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, { ...RECORD, maxSilenceMs: 300 });
    play(rig, 2, ...Array.from({ length: 20 }, (_, index) => level(index % 2 ? 8000 : -8000)));
    rig.tick(50);
    expect(rig.told.at(-1)).toBe('record 1 silence 700 audio');
  });

  it('hands over pieces of two seconds', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, RECORD);
    rig.tick(250);
    expect(rig.recordings.get(1)?.map(({ length }) => length)).toEqual([64_000, 64_000]);
  });

  it('has both sides together at the end of an hour, in which digits and holds came and went', () => {
    const rig = new MediaRig();
    rig.media.recordCall(1, { ...RECORD, format: 'PCMU' });
    const quiet = level(0);
    const loud = level(8000);
    const burst = (task: number): void => {
      play(rig, task, loud);
      rig.tick(1, () => rig.voice(loud));
      rig.tick(99, () => rig.voice(quiet));
    };
    rig.tick(1000, () => rig.voice(quiet));
    burst(2);
    for (let minute = 0; minute < 60; minute++) {
      if (minute % 10 === 3) rig.media.sendDigits(100 + minute, { digits: '12', onMs: 100, offMs: 100 });
      rig.media.configure({ ...PLAN, direction: minute % 10 === 5 ? 'recvonly' : 'sendrecv' }, 'auto');
      rig.tick(3000, () => rig.voice(quiet));
      rig.sent.length = 0;
    }
    burst(3);
    rig.media.stop(1, 'stopped');
    const bytes = rig.recording(1);
    expect(bytes).toHaveLength((1000 + 60 * 3000 + 200) * 320);
    /** Frames in which a side begins to sound. */
    const onsets = (side: number): readonly number[] =>
      Array.from({ length: bytes.length / 320 }, (_, frame) => frame).filter(
        (frame) => bytes[frame * 320 + side] === loud[0] && bytes[(frame - 1) * 320 + side] !== loud[0],
      );
    const [left, right] = [onsets(0), onsets(1)];
    expect(right).toEqual([1000, 1000 + 100 + 60 * 3000]);
    const offsets = left.map((frame, index) => frame - (right[index] as number));
    expect(offsets).toHaveLength(2);
    expect(Math.abs((offsets[0] as number) - (offsets[1] as number))).toBeLessThanOrEqual(1);
  });
});
