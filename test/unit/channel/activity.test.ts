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
});
