import { describe, expect, it } from 'vitest';
import { Activity } from '../../../src/channel/activity.ts';
import { ChannelError } from '../../../src/errors.ts';

describe('what a call does at once', () => {
  it('is one thing of each kind, and says what is in the way', () => {
    const activity = new Activity();
    activity.take('send', 'filePlayer.play()');
    expect(() => activity.take('send', 'dtmfPlayer.play()')).toThrow(ChannelError);
    expect(() => activity.take('send', 'dtmfPlayer.play()')).toThrow(/dtmfPlayer\.play\(\).*filePlayer\.play\(\)/);
    activity.take('record', 'fileRecorder.record()');
    activity.take('digits', 'dtmfDetector.getDigits()');
  });

  it('may be taken again when it is free, and giving it back twice harms nobody', () => {
    const activity = new Activity();
    const first = activity.take('send', 'one');
    first[Symbol.dispose]();
    const second = activity.take('send', 'two');
    first[Symbol.dispose]();
    expect(() => activity.take('send', 'three')).toThrow(/two/);
    second[Symbol.dispose]();
  });

  it('give a slot that is wanted to who waits for it, in order, before anybody else can take it', () => {
    const activity = new Activity();
    const first = activity.take('send', 'play()');
    const taken: string[] = [];
    const waiting = ['one', 'two', 'three'].map((name) =>
      activity.takeWhenFree('send', name, () => {
        taken.push(name);
      }),
    );
    expect(taken).toEqual([]);
    waiting[1]?.[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(taken).toEqual(['one']);
    expect(() => activity.take('send', 'other()')).toThrow(/while one runs/);
    waiting[0]?.[Symbol.dispose]();
    waiting[0]?.[Symbol.dispose]();
    expect(taken).toEqual(['one', 'three']);
    waiting[2]?.[Symbol.dispose]();
    activity.takeWhenFree('send', 'at once', () => {
      taken.push('at once');
    });
    expect(taken.at(-1)).toBe('at once');
  });

  it('may be barred for a reason while it is free, until that is over', () => {
    const activity = new Activity();
    const recording = activity.take('record', 'fileRecorder.record()');
    expect(() => activity.bar('record', 'releaseMedia()', 'it is so')).toThrow(
      expect.objectContaining({ code: 'BUSY', message: expect.stringContaining('fileRecorder.record()') }),
    );
    recording[Symbol.dispose]();
    const bar = activity.bar('record', 'releaseMedia()', 'it is so');
    expect(() => activity.take('record', 'other()')).toThrow(
      expect.objectContaining({ code: 'INVALID_STATE', message: 'other() is not possible while it is so' }),
    );
    activity.take('record call', 'wholeCallRecorder.record()');
    bar[Symbol.dispose]();
    activity.take('record', 'other()');
  });
});
