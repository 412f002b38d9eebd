import { describe, expect, it } from 'vitest';
import { FarReader, NOT_YET } from '../../../../src/media/mix/far-reader.state.ts';

/** What a thread has said: each frame is its own number. */
class Said {
  count = 0;
  at(frame: number): number {
    return frame;
  }
}

function reading(): { said: Said; reader: FarReader } {
  const said = new Said();
  said.count = 100;
  return { said, reader: new FarReader(said) };
}

describe('who hears somebody of another thread', () => {
  it('hears each frame once, from the first that comes', () => {
    const { said, reader } = reading();
    const heard = Array.from({ length: 4 }, () => {
      said.count++;
      return reader.take();
    });
    expect(heard).toEqual([100, 101, 102, 103]);
  });

  it('misses one that is late once, and none of those that are late by as much again', () => {
    const { said, reader } = reading();
    said.count++;
    expect(reader.take()).toBe(100);
    expect(reader.take()).toBe(NOT_YET);
    // Now it comes before its turn, and now after it.
    const heard: number[] = [];
    for (const late of [true, false, true, true, false]) {
      if (!late) said.count = 102 + heard.length;
      if (heard.length === 0) said.count = 102;
      heard.push(reader.take());
      said.count = 102 + heard.length;
    }
    expect(heard).toEqual([101, 102, 103, 104, 105]);
  });

  it('leaves out what is too old after the other thread stood still', () => {
    const { said, reader } = reading();
    expect([reader.take(), reader.take()]).toEqual([NOT_YET, NOT_YET]);
    said.count += 6;
    expect([reader.take(), reader.take(), reader.take()]).toEqual([104, 105, NOT_YET]);
  });

  it('is as near as before after it stood still itself', () => {
    const { said, reader } = reading();
    said.count++;
    reader.take();
    said.count += 10;
    reader.skip();
    expect([reader.take(), reader.take(), reader.take()]).toEqual([109, 110, NOT_YET]);
  });
});
