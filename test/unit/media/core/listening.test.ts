import { describe, expect, it } from 'vitest';
import { encodeG711, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { inTurn, silence, sines, syllables } from '../../../support/made-sound.ts';
import { MediaRig } from './media-rig.ts';

/** Lets the far end send this, frame by frame. */
function send(rig: MediaRig, sound: Int16Array): void {
  const payload = new Uint8Array(160);
  rig.tick(sound.length / 160, (index) => {
    encodeG711(PCMU, sound, index * 160, payload, 0, 160);
    rig.voice(payload);
  });
}

describe('the ear of a call', () => {
  it('tells nothing unless it was asked', () => {
    const rig = new MediaRig();
    send(rig, inTurn(silence(400), syllables(600), silence(400), sines(1000, 400), silence(400)));
    expect(rig.told).toEqual([]);
  });

  it('tells speech and tones while it is asked', () => {
    const rig = new MediaRig();
    const sound = inTurn(silence(400), syllables(600), silence(400), sines(1000, 400), silence(400));
    rig.media.attend({ speech: true, tones: true, beepMs: 180 });
    send(rig, sound);
    expect(rig.told).toEqual(['speech begins', 'speech ends', 'BEEP begins', 'BEEP ends']);
    rig.media.attend({ speech: false, tones: false, beepMs: 180 });
    send(rig, sound);
    expect(rig.told.length).toBe(4);
  });

  it('ends what is played when speech shall end it, and nothing else', () => {
    const rig = new MediaRig();
    rig.media.play(1, { bargeInOnSpeech: true })?.push(new Uint8Array(80_000), PCMU);
    send(rig, inTurn(silence(400), sines(1000, 400), silence(200)));
    expect(rig.told.filter((line) => line.startsWith('play'))).toEqual([]);
    send(rig, syllables(600));
    expect(rig.told.filter((line) => line.startsWith('play'))).toEqual([expect.stringMatching(/^play 1 bargein/)]);
    rig.media.play(2, {})?.push(new Uint8Array(80_000), PCMU);
    send(rig, inTurn(silence(400), syllables(600)));
    expect(rig.told.filter((line) => line.startsWith('play 2'))).toEqual([]);
  });

  it('lets those finish the prompt who were speaking before it, until they pause', () => {
    const rig = new MediaRig();
    const words = syllables(1000);
    send(rig, words);
    rig.media.play(1, { bargeInOnSpeech: true })?.push(new Uint8Array(80_000), PCMU);
    send(rig, words);
    expect(rig.told.filter((line) => line.startsWith('play'))).toEqual([]);
    send(rig, inTurn(silence(300), words));
    expect(rig.told.filter((line) => line.startsWith('play'))).toEqual([expect.stringMatching(/^play 1 bargein/)]);
  });
});
