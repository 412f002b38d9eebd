import { expect, it } from 'vitest';
import { encodeUlaw, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { MediaRig } from './media-rig.ts';

const MINUTES = 60;
const PPM = 50;
/** Frames of each sound; none of them is lost, so that it can be found. */
const LENGTH = 3;
const LOUD = new Uint8Array(160).fill(encodeUlaw(8000));
const QUIET = new Uint8Array(160).fill(encodeUlaw(0));

/** Random numbers that are the same each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** The frames in which a side begins to sound. */
function onsets(bytes: Buffer, side: number): readonly number[] {
  const isLoud = (frame: number): boolean => bytes[frame * 320 + side] === LOUD[0];
  return Array.from({ length: bytes.length / 320 }, (_, frame) => frame).filter(
    (frame) => isLoud(frame) && !isLoud(frame - 1) && !isLoud(frame - 2) && !isLoud(frame - 3),
  );
}

it.each([PPM, -PPM])(
  'both sides of an hour stay together: the far end %i ppm off, with jitter of 30 ms and one packet in a hundred lost',
  (ppm) => {
    const rig = new MediaRig();
    const random = generator(7);
    const frames = MINUTES * 3000 + 500;
    rig.media.recordCall(1, { path: '/x.wav', format: 'PCMU', channels: 'stereo', ifExists: 'overwrite' });
    const begin = rig.now;
    const sentAt = (index: number): number => begin + index * 20 * (1 - ppm * 1e-6);
    /** When both make a sound: once a minute. */
    const soundsAt = Array.from({ length: MINUTES }, (_, minute) => 500 + minute * 3000);
    const farSounds = soundsAt.map((frame) => Math.ceil((frame * 20) / (20 * (1 - ppm * 1e-6))));
    const isSounding = (index: number): boolean => farSounds.some((first) => index >= first && index < first + LENGTH);
    let next = 0;
    let arrival = begin;
    for (let frame = 0; frame < frames; frame++) {
      const tickAt = begin + frame * 20;
      for (;;) {
        const due = Math.max(arrival, sentAt(next));
        if (due > tickAt) break;
        const isLoud = isSounding(next);
        arrival = Math.max(arrival, sentAt(next) + (random() < 0.1 ? 30 * random() : 0));
        if (!isLoud && random() < 0.01) {
          rig.sequence++;
          rig.timestamp += 160;
        } else {
          rig.now = arrival;
          rig.voice(isLoud ? LOUD : QUIET);
        }
        next++;
      }
      rig.now = tickAt;
      const minute = soundsAt.indexOf(frame);
      if (minute >= 0) {
        rig.media.play(100 + minute);
        for (let count = 0; count < LENGTH; count++) rig.media.player(100 + minute)?.push(LOUD, PCMU);
        rig.media.player(100 + minute)?.complete();
      }
      rig.media.tick(tickAt);
      rig.sent.length = 0;
    }
    rig.media.stop(1, 'stopped');
    const bytes = rig.recording(1);
    expect(bytes).toHaveLength(frames * 320);
    const [left, right] = [onsets(bytes, 0), onsets(bytes, 1)];
    expect(right).toEqual(soundsAt);
    expect(left).toHaveLength(MINUTES);
    // How much later the far end is heard than it spoke, seen from when this side spoke: the depth of the jitter buffer.
    const lags = left.map((frame, minute) => {
      const spoke = sentAt(farSounds[minute] as number) - begin;
      return (frame - (right[minute] as number)) * 20 - (spoke - (soundsAt[minute] as number) * 20);
    });
    expect(Math.abs((lags.at(-1) as number) - (lags[0] as number))).toBeLessThanOrEqual(20);
    // No more than one packet to either side of the middle.
    expect(Math.max(...lags) - Math.min(...lags)).toBeLessThanOrEqual(40);
  },
  60_000,
);
