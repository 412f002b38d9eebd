import { describe, expect, it } from 'vitest';
import { FfmpegReport } from '../../../../src/media/source/ffmpeg-report.codec.ts';

function reportOf(text: string, pieceLength = text.length): FfmpegReport {
  const report = new FfmpegReport('file:/music/a.mp3');
  for (let at = 0; at < text.length; at += pieceLength) report.push(text.slice(at, at + pieceLength));
  return report;
}

const GOOD = `[info] Input #0, mp3, from 'file:/music/a.mp3':
[info]   Metadata:
[info]     title           : Duration: 99:00:00.00, start
[info]   Duration: 01:02:03.45, start: 0.025057, bitrate: 64 kb/s
[info] Stream mapping:
[info]   Duration: 00:00:01.00, start: 0.025057
`;

describe('what ffmpeg says', () => {
  it.each([1, 7, 1000])('tells the length of the input, in pieces of %i characters', (pieceLength) => {
    const report = reportOf(GOOD, pieceLength);
    expect([report.durationMs, report.begun]).toEqual([3_723_450, true]);
    expect(report.complaint()).toBeUndefined();
  });

  it('tells no length when it knows none', () => {
    const report = reportOf('[info]   Duration: N/A, start: 0.000000\n');
    expect([report.durationMs, report.begun]).toEqual([undefined, false]);
  });

  it('tells what was wrong rather than that something was', () => {
    const text =
      '[mov,mp4 @ 0x55] [error] moov atom not found\n[error] file:/music/a.mp3: Invalid data found when processing input';
    expect(reportOf(text).complaint()).toBe('moov atom not found');
  });

  it('tells that something was wrong when there is no more to say, without the path', () => {
    expect(reportOf('[error] file:/music/a.mp3: Invalid data found when processing input\n').complaint()).toBe(
      'Invalid data found when processing input',
    );
  });

  it('does not repeat what may be read', () => {
    expect(reportOf("[hls @ 0x1] [error] Format not on whitelist 'aac,mp3'\n").complaint()).toBe(
      'it is of a kind that is not played, or only a list of files',
    );
  });

  it('keeps little of much', () => {
    const report = reportOf(`${'x'.repeat(100_000)}\n${'[error] bad\n'.repeat(10_000)}[error] ${'y'.repeat(10_000)}`);
    expect(report.complaint()?.length).toBeLessThan(300);
  });
});
