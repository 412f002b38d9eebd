import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Concealment } from '../../../../src/media/codec/concealment.codec.ts';
import { ALAW_SILENCE, PCMA, PCMU, ULAW_SILENCE, ULAW_TO_ALAW } from '../../../../src/media/codec/g711.codec.ts';
import { Voice } from '../../../../src/media/mix/voice.state.ts';
import { VoiceReader } from '../../../../src/media/mix/voice-reader.state.ts';
import { FRAME_EMPTY, FRAME_LOST, FRAME_VOICE } from '../../../../src/media/rtp/jitter-buffer.state.ts';
import { decoded, encoded, toneFrame } from './party.ts';

const FRAME = 160;
const NOTHING = new Uint8Array(FRAME);

/** The frame that a reader takes; undefined when nothing is said. */
function taken(voice: Voice, reader: VoiceReader): Uint8Array | undefined {
  const at = reader.take();
  return at < 0 ? undefined : voice.bytes.slice(at, at + FRAME);
}

function opened(): [Voice, VoiceReader] {
  const voice = new Voice();
  voice.open();
  return [voice, new VoiceReader(voice)];
}

describe('a voice', () => {
  it('is kept only while somebody wants to hear it', () => {
    const voice = new Voice();
    voice.heard(FRAME_VOICE, PCMU, NOTHING);
    expect(voice.count).toBe(0);
    voice.open();
    voice.open();
    voice.close();
    voice.heard(FRAME_VOICE, PCMU, NOTHING);
    expect(voice.count).toBe(1);
    voice.close();
    voice.heard(FRAME_VOICE, PCMU, NOTHING);
    expect(voice.count).toBe(1);
  });

  it('remembers nothing of before', () => {
    const [voice] = opened();
    for (let frame = 0; frame < 4; frame++) voice.heard(FRAME_VOICE, PCMU, encoded(toneFrame(300, frame, 9000)));
    voice.close();
    voice.open();
    const reader = new VoiceReader(voice);
    voice.heard(FRAME_LOST, PCMU, NOTHING);
    expect(taken(voice, reader)).toBeUndefined();
  });

  it('has lost frames concealed, and crosses over into what comes after them', () => {
    const [voice, reader] = opened();
    const kinds = [FRAME_VOICE, FRAME_VOICE, FRAME_LOST, FRAME_LOST, FRAME_VOICE, FRAME_VOICE];
    const concealment = new Concealment();
    for (const [frame, kind] of kinds.entries()) {
      const said = encoded(toneFrame(300, frame, 9000));
      const expected = decoded(said);
      if (kind === FRAME_VOICE) concealment.good(expected);
      else concealment.conceal(expected);
      voice.heard(kind, PCMU, said);
      const bytes = taken(voice, reader);
      expect(bytes).toEqual(encoded(expected));
      // What comes as it should is left as it is.
      if (frame < 2 || frame > 4) expect(bytes).toEqual(said);
    }
  });

  it('does not click where a frame is lost', () => {
    const [voice, reader] = opened();
    const out = new Int16Array(20 * FRAME);
    for (let frame = 0; frame < 20; frame++) {
      voice.heard(frame % 7 === 5 ? FRAME_LOST : FRAME_VOICE, PCMU, encoded(toneFrame(300, frame, 9000)));
      out.set(decoded(taken(voice, reader) ?? NOTHING.fill(ULAW_SILENCE)), frame * FRAME);
    }
    const steepest = (9000 * 2 * Math.PI * 300) / 8000;
    for (let at = 1; at < out.length; at++) {
      expect(Math.abs((out[at] ?? 0) - (out[at - 1] ?? 0))).toBeLessThan(steepest + 600);
    }
  });

  it('is silent where nothing is lost and nothing comes, and whole again at once', () => {
    const [voice, reader] = opened();
    const said = encoded(toneFrame(300, 0, 9000));
    for (const kind of [FRAME_LOST, FRAME_VOICE, FRAME_EMPTY, FRAME_LOST, FRAME_VOICE]) {
      voice.heard(kind, PCMU, said);
      expect(taken(voice, reader)).toEqual(kind === FRAME_VOICE ? said : undefined);
    }
    voice.heard(FRAME_LOST, PCMU, said);
    voice.heard(FRAME_EMPTY, PCMU, said);
    voice.heard(FRAME_VOICE, PCMU, said);
    reader.skip(2);
    expect(taken(voice, reader)).toEqual(said);
  });

  it('goes over to another law with all that is kept of it', () => {
    const [voice] = opened();
    const reader = new VoiceReader(voice);
    voice.heard(FRAME_VOICE, PCMU, NOTHING.fill(0x2a));
    voice.heard(FRAME_EMPTY, PCMA, NOTHING);
    expect(taken(voice, reader)).toBeUndefined();
    expect([...voice.bytes.subarray(0, FRAME)].every((byte) => byte === ULAW_TO_ALAW[0x2a])).toBe(true);
    expect([...voice.bytes.subarray(FRAME, 2 * FRAME)].every((byte) => byte === ALAW_SILENCE)).toBe(true);
  });
});

/** A source and one that hears it on one clock that stalls now and then: what was heard in each 20 ms. */
function run(stalls: readonly number[], isHearerFirst: boolean): (number | undefined)[][] {
  const [voice, reader] = opened();
  let said = 0;
  const say = (): void => {
    said++;
    voice.heard(FRAME_VOICE, PCMU, new Uint8Array(FRAME).fill(said & 0xff, 0, 1).fill(said >> 8, 1));
  };
  const heardNumber = (): number | undefined => {
    const [low, high] = taken(voice, reader) ?? [];
    return low === undefined || high === undefined ? undefined : low + 256 * high;
  };
  return stalls.map((missed) => {
    // The worst that a clock can do: some frames at once, the others left out.
    const frames = Math.min(missed + 1, 3);
    const skipped = missed + 1 - frames;
    const heard: (number | undefined)[] = [];
    const speak = (): void => {
      for (let frame = 0; frame < Math.min(skipped, 50) + frames; frame++) say();
    };
    const hear = (): void => {
      if (skipped > 0) reader.skip(skipped);
      for (let frame = 0; frame < frames; frame++) heard.push(heardNumber());
    };
    if (isHearerFirst) hear();
    speak();
    if (!isHearerFirst) hear();
    return [...heard, said];
  });
}

describe('the place of one that hears', () => {
  it.each([false, true])(
    'is at the newest frame again with the first one after a stall (hearer first: %s)',
    (isHearerFirst) => {
      fc.assert(
        fc.property(
          fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })), { minLength: 2, maxLength: 40 }),
          (stalls) => {
            // Two that are on time after all of it.
            const beats = run([0, ...stalls, 0, 0], isHearerFirst);
            const said = beats.map((beat) => beat.at(-1) ?? 0);
            for (const [index, beat] of beats.entries()) {
              if (index < 2 || stalls[index - 1] !== 0 || stalls[index - 2] !== 0) continue;
              expect(beat[0]).toBe(isHearerFirst ? said[index - 1] : said[index]);
            }
            expect(beats.at(-1)?.[0]).toBe(isHearerFirst ? said.at(-2) : said.at(-1));
          },
        ),
        { numRuns: 1000 },
      );
    },
  );

  it('has each frame of a stall that is made up for, once', () => {
    expect(run([0, 0, 2, 0, 0], false)).toEqual([
      [1, 1],
      [2, 2],
      [3, 4, 5, 5],
      [6, 6],
      [7, 7],
    ]);
  });

  it('begins with the newest frame', () => {
    const [voice, reader] = opened();
    for (let frame = 0; frame < 3; frame++) voice.heard(FRAME_VOICE, PCMU, new Uint8Array(FRAME).fill(frame));
    expect(taken(voice, reader)?.[0]).toBe(2);
    expect(taken(voice, reader)).toBeUndefined();
  });
});
