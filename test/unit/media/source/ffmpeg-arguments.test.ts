import { describe, expect, it } from 'vitest';
import { ffmpegArguments, ffmpegInput } from '../../../../src/media/source/ffmpeg-arguments.codec.ts';

const OTHER = { kind: 'other', seeks: false } as const;

/** What follows an option. */
function following(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

describe('the arguments of ffmpeg', () => {
  it('name a file so that it is neither an option nor an address, and let nothing else be opened', () => {
    for (const path of ['/m/-y', '/m/http://host/a', '/m/concat:a', '-i']) {
      const args = ffmpegArguments(OTHER, path);
      expect([following(args, '-i'), following(args, '-protocol_whitelist')]).toEqual([`file:${path}`, 'file']);
    }
  });

  it('let a pipe be read and no file', () => {
    expect(following(ffmpegArguments(OTHER, undefined), '-protocol_whitelist')).toBe('cache,pipe');
    expect(ffmpegInput(OTHER, undefined)).toBe('pipe:0');
    expect(ffmpegInput({ kind: 'other', seeks: true }, undefined)).toBe('cache:pipe:0');
  });

  it('allow no format that names further files', () => {
    const formats = following(ffmpegArguments(OTHER, '/a'), '-format_whitelist')?.split(',') ?? [];
    for (const list of ['hls', 'concat', 'dash', 'sdp', 'rtsp', 'image2', 'lavfi', 'imf']) {
      expect(formats).not.toContain(list);
    }
  });

  it('ask no questions and touch neither pictures nor subtitles', () => {
    const args = ffmpegArguments(OTHER, '/a');
    const beforeInput = args.slice(0, args.indexOf('-i'));
    expect(beforeInput).toEqual(expect.arrayContaining(['-nostdin', '-vn', '-sn', '-dn']));
  });

  it('say what the file does not say itself', () => {
    const formatOptions = (medium: Parameters<typeof ffmpegArguments>[0]): string => {
      const args = ffmpegArguments(medium, undefined);
      return args.slice(args.indexOf('-format_whitelist') + 2, args.indexOf('-vn')).join(' ');
    };
    expect(formatOptions({ kind: 'wav' })).toBe('');
    expect(formatOptions({ ...OTHER, format: 'g722' })).toBe('-f g722');
    expect(formatOptions({ kind: 'raw', encoding: 'PCMA', sampleRate: 8000 })).toBe('-f alaw -ar 8000');
    expect(formatOptions({ kind: 'raw', encoding: 'S16', sampleRate: 16_000 })).toBe('-f s16le -ar 16000');
  });
});
