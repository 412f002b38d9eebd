import { describe, expect, it } from 'vitest';
import { mediumOf } from '../../../../src/media/source/medium.codec.ts';

const head = (text: string): Uint8Array => Buffer.from(text.padEnd(16, '.'), 'latin1');

describe('what a file seems to be', () => {
  it.each(['RIFF....WAVEfmt ', 'RIFX....WAVEfmt ', 'RF64....WAVEds64', 'BW64....WAVEds64'])('%s is WAV', (text) => {
    expect(mediumOf(head(text), 'prompt.mp3')).toEqual({ kind: 'wav' });
  });

  it.each(['', 'RIFF', 'RIFF....WA'])('%j is a WAV file that is cut off', (text) => {
    expect(mediumOf(Buffer.from(text), 'prompt')).toEqual({ kind: 'wav' });
  });

  it('another kind of RIFF file is no WAV file', () => {
    expect(mediumOf(head('RIFF....AVI LIST'), 'film.avi')).toEqual({ kind: 'other', format: undefined, seeks: false });
  });

  it.each([
    ['a.ulaw', 'PCMU', 8000],
    ['a.b.UL', 'PCMU', 8000],
    ['a.alaw', 'PCMA', 8000],
    ['a.sln', 'S16', 8000],
    ['a.sln16', 'S16', 16_000],
    ['a.sln48', 'S16', 48_000],
  ])('%s without a header has samples of %s at %i Hz', (name, encoding, sampleRate) => {
    expect(mediumOf(head('anything'), name)).toEqual({ kind: 'raw', encoding, sampleRate });
  });

  it.each(['gsm', 'g722', 'g729'])('%s has no header and is decoded', (format) => {
    expect(mediumOf(head('anything'), `a.${format}`)).toEqual({ kind: 'other', format, seeks: false });
  });

  it.each(['a.constructor', 'a.__proto__', 'ulaw', 'dir.ulaw/a', 'a.'])('%s says nothing', (name) => {
    expect(mediumOf(head('anything'), name)).toEqual({ kind: 'other', format: undefined, seeks: false });
  });

  it('MP4 may have to be read with seeking', () => {
    expect(mediumOf(head('\0\0\0 ftypM4A '), 'a.m4a')).toEqual({ kind: 'other', format: undefined, seeks: true });
  });
});
