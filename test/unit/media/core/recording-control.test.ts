import { describe, expect, it } from 'vitest';
import type { RecordRequest } from '../../../../src/channel/record-port.ts';
import { decodeTable, encodeUlaw, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { MediaRig } from './media-rig.ts';

const RECORD: RecordRequest = { path: '/x.wav', format: 'PCM16', bargeIn: '', ifExists: 'overwrite' };

/** 20 ms of a tone that is as loud as speech. */
const TONE = Uint8Array.from({ length: 160 }, (_, index) =>
  encodeUlaw(8000 * Math.sin((2 * Math.PI * 400 * index) / 8000)),
);

function speak(rig: MediaRig, frames: number, frame = TONE): void {
  rig.tick(frames, () => rig.voice(frame));
}

function samplesOf(rig: MediaRig, task: number): Int16Array {
  const bytes = rig.recording(task);
  return Int16Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(2 * at));
}

/** Whether each frame has sound. */
function shape(samples: Int16Array): string {
  return Array.from({ length: samples.length / 160 }, (_, frame) =>
    samples.subarray(frame * 160, (frame + 1) * 160).some((sample) => Math.abs(sample) > 1000) ? '#' : '.',
  ).join('');
}

/** A recording of somebody who speaks all the time, after the jitter buffer has filled. */
function speaking(more: Partial<RecordRequest> = {}): MediaRig {
  const rig = new MediaRig();
  speak(rig, 10);
  rig.media.record(1, { ...RECORD, ...more });
  return rig;
}

describe('a recording', () => {
  it('leaves out what comes while it is paused, and its limit does not count that', () => {
    const rig = speaking({ maxDurationMs: 300 });
    speak(rig, 5);
    expect(rig.media.controlRecording(1, 'pause')).toBe(true);
    expect(rig.media.controlRecording(1, 'pause')).toBe(true);
    speak(rig, 50);
    rig.media.controlRecording(1, 'resume');
    speak(rig, 50);
    expect(rig.told).toEqual(['record 1 timeout 300 audio']);
    expect(shape(samplesOf(rig, 1))).toBe('#'.repeat(15));
    expect(rig.media.controlRecording(1, 'resume')).toBe(false);
  });

  it('counts silence anew after a pause', () => {
    const rig = speaking({ maxSilenceMs: 400 });
    speak(rig, 20);
    rig.tick(20);
    rig.media.controlRecording(1, 'pause');
    rig.tick(100);
    rig.media.controlRecording(1, 'resume');
    const frames = rig.recording(1).length;
    rig.tick(19);
    expect([rig.told, frames]).toEqual([[], 0]);
    rig.tick(1);
    expect(rig.told).toEqual(['record 1 silence 1200 audio']);
  });

  it('has silence of the right length while it is muted', () => {
    const rig = speaking();
    speak(rig, 5);
    rig.media.controlRecording(1, 'mute');
    speak(rig, 7);
    rig.media.controlRecording(1, 'unmute');
    speak(rig, 5);
    rig.media.stop(1, 'stopped');
    expect(shape(samplesOf(rig, 1))).toBe('#####.......#####');
    expect(new Set(samplesOf(rig, 1).subarray(5 * 160, 12 * 160))).toEqual(new Set([0]));
  });

  it('that is muted is silent for its limit', () => {
    const rig = speaking({ maxSilenceMs: 300 });
    speak(rig, 20);
    rig.media.controlRecording(1, 'mute');
    speak(rig, 50);
    expect(rig.told).toEqual(['record 1 silence 700 audio']);
  });

  it('that is held begins when it is resumed, and ends with a key before that', () => {
    const held = speaking({ isHeld: true });
    speak(held, 10);
    held.media.controlRecording(1, 'resume');
    speak(held, 4);
    held.media.stop(1, 'stopped');
    expect(held.told).toEqual(['record 1 stopped 80 audio']);
    const ended = speaking({ isHeld: true, bargeIn: '5' });
    ended.key(5);
    expect(ended.told).toEqual(['digit 5 RFC4733', 'record 1 bargein 0']);
  });

  it('tells how it stands five times a second when it is watched, and the level also while paused', () => {
    const rig = speaking({ isWatched: true });
    speak(rig, 30);
    expect(rig.progress.map(({ durationMs }) => durationMs)).toEqual([200, 400, 600]);
    expect(rig.progress.at(-1)).toMatchObject({ task: 1, audioDetected: true, level: -15 });
    rig.media.controlRecording(1, 'pause');
    rig.tick(30);
    expect(rig.progress.slice(3).map(({ durationMs }) => durationMs)).toEqual([600, 600, 600, 600]);
    expect(rig.progress.at(-1)?.level).toBe(-127);
    const unwatched = speaking();
    speak(unwatched, 30);
    expect(unwatched.progress).toEqual([]);
  });

  it('of both sides is controlled in the same way', () => {
    const rig = new MediaRig();
    speak(rig, 10);
    rig.media.recordCall(1, { ...RECORD, channels: 'mixed', isWatched: true });
    speak(rig, 5);
    rig.media.controlRecording(1, 'pause');
    speak(rig, 5);
    rig.media.controlRecording(1, 'resume');
    rig.media.controlRecording(1, 'mute');
    speak(rig, 5);
    rig.media.controlRecording(1, 'unmute');
    speak(rig, 5);
    rig.media.stop(1, 'stopped');
    expect(shape(samplesOf(rig, 1))).toBe('#####.....#####');
  });

  it('hands over everything in order, whatever the pieces', () => {
    const rig = new MediaRig();
    rig.tick(10, () => rig.voice(TONE));
    rig.media.record(1, RECORD);
    const levels = Array.from({ length: 350 }, (_, index) => encodeUlaw(40 * (index + 1)));
    for (const level of levels) speak(rig, 1, new Uint8Array(160).fill(level));
    rig.media.stop(1, 'stopped');
    const recorded = Array.from({ length: 350 }, (_, frame) => rig.recording(1).readInt16LE(frame * 320));
    const first = recorded.indexOf(decodeTable(PCMU)[levels[0] as number] as number);
    expect(recorded.slice(first)).toEqual(
      levels.slice(0, 350 - first).map((level) => decodeTable(PCMU)[level] as number),
    );
  });

  it('of 16 kHz has twice the samples and the same length', () => {
    const rig = speaking({ rate: 16_000, maxBytes: 44 + 32_000, maxDurationMs: 5000 });
    speak(rig, 100);
    expect(rig.told).toEqual(['record 1 size 1000 audio']);
    expect(rig.recording(1)).toHaveLength(32_000);
  });

  it('that is appended counts what is there', () => {
    const rig = speaking();
    const { media } = rig;
    media.recordCall(2, { ...RECORD, channels: 'mixed' });
    media.stop(1, 'stopped');
    media.record(3, { ...RECORD, maxBytes: 20_000, usedBytes: 16_044 });
    speak(rig, 50);
    expect(rig.told.at(-1)).toBe('record 3 size 247.25 audio');
    expect(rig.recording(3)).toHaveLength(3956);
    media.record(4, { ...RECORD, maxBytes: 100, usedBytes: 16_044 });
    speak(rig, 1);
    expect(rig.told.at(-1)).toBe('record 4 size 0');
  });
});
