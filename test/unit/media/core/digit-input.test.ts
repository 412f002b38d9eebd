import { describe, expect, it } from 'vitest';
import type { InbandDtmf } from '../../../../src/channel/media-port.ts';
import { encodeG711, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import type { MediaPlan } from '../../../../src/media/negotiation/plan.ts';
import { touchTones } from '../../../support/touch-tones.ts';
import { MediaRig, PLAN } from './media-rig.ts';

const WITHOUT_EVENTS: MediaPlan = { ...PLAN, sendEventPayloadType: undefined, receiveEventPayloadType: undefined };

/** Plays keys as tones into the call. */
function play(
  rig: MediaRig,
  keys: string,
  options: { onMs?: number; ssrc?: number; before?: (index: number) => void } = {},
): void {
  const samples = touchTones(keys, { onMs: options.onMs });
  const bytes = new Uint8Array(samples.length);
  encodeG711(PCMU, samples, 0, bytes, 0, samples.length);
  rig.tick(samples.length / 160, (index) => {
    options.before?.(index);
    rig.voice(bytes.slice(index * 160, (index + 1) * 160), { ssrc: options.ssrc ?? 77 });
  });
  // What the jitter buffer still holds.
  rig.tick(5);
}

const QUIET = new Uint8Array(160).fill(0xff);
const RECORD = { path: '/x.wav', format: 'PCMU', ifExists: 'overwrite' } as const;

describe('tones in the audio', () => {
  it('are keys', () => {
    const rig = new MediaRig(WITHOUT_EVENTS);
    play(rig, '147*2580369#ABCD');
    expect(rig.digits).toBe('147*2580369#ABCD');
    expect(rig.methods).toEqual(new Set(['INBAND']));
  });

  it('barge in on what is played, and the key is told first', () => {
    const rig = new MediaRig(WITHOUT_EVENTS);
    rig.media.play(1, { bargeIn: '#' });
    rig.media.player(1)?.push(new Uint8Array(80_000).fill(1), PCMU);
    play(rig, '5#');
    expect(rig.told[0]).toBe('digit 5 INBAND');
    expect(rig.told[1]).toBe('digit # INBAND');
    expect(rig.told[2]).toMatch(/^play 1 bargein/);
  });

  it('end a recording', () => {
    const rig = new MediaRig(WITHOUT_EVENTS);
    rig.media.record(1, { ...RECORD, bargeIn: '1' });
    play(rig, '1');
    expect(rig.told[0]).toBe('digit 1 INBAND');
    expect(rig.told[1]).toMatch(/^record 1 bargein/);
  });

  it('are not heard on hold', () => {
    const rig = new MediaRig({ ...WITHOUT_EVENTS, direction: 'sendonly' });
    play(rig, '123');
    expect(rig.told).toEqual([]);
  });

  it.each<[InbandDtmf, string]>([
    ['auto', '12'],
    ['always', '123'],
    ['never', '1'],
  ])('%s: when they are listened for', (inband, expected) => {
    const rig = new MediaRig(PLAN, inband);
    if (inband === 'never') {
      play(rig, '9');
      rig.key(1);
    } else {
      play(rig, '1');
      rig.key(2);
      play(rig, '3', { before: (index) => index === 0 && rig.tick(60) });
    }
    expect(rig.digits).toBe(expected);
  });

  it('are listened for again when the audio comes from another source', () => {
    const rig = new MediaRig();
    rig.key(1);
    play(rig, '2');
    rig.tick(60, () => rig.voice(QUIET));
    expect(rig.digits).toBe('1');
    rig.tick(60, () => rig.voice(QUIET, { ssrc: 78 }));
    play(rig, '2', { ssrc: 78 });
    expect(rig.digits).toBe('12');
  });
});

describe('one press that comes more than one way', () => {
  it('counts once: the beginning of the tone, then the event', () => {
    const rig = new MediaRig();
    play(rig, '4', { onMs: 60 });
    rig.key(4);
    expect(rig.told).toEqual(['digit 4 INBAND']);
  });

  it('counts once: event, tone and INFO', () => {
    const rig = new MediaRig(PLAN, 'always');
    rig.key(4);
    play(rig, '4');
    rig.media.takeDigit('4', 'INFO', rig.now);
    expect(rig.told).toEqual(['digit 4 RFC4733']);
  });

  it('counts once: a long tone, and INFO at its end', () => {
    const rig = new MediaRig(WITHOUT_EVENTS);
    play(rig, '4', { onMs: 3000 });
    rig.media.takeDigit('4', 'INFO', rig.now);
    expect(rig.told).toEqual(['digit 4 INBAND']);
  });

  it('barges in once', () => {
    const rig = new MediaRig();
    rig.media.play(1, { bargeIn: '4' });
    rig.media.player(1)?.push(new Uint8Array(80_000).fill(1), PCMU);
    rig.media.takeDigit('4', 'INFO', rig.now);
    rig.media.play(2, { bargeIn: '4' });
    rig.media.player(2)?.push(new Uint8Array(80_000).fill(1), PCMU);
    rig.key(4);
    expect(rig.told).toEqual(['digit 4 INFO', 'play 1 bargein 0']);
  });
});
