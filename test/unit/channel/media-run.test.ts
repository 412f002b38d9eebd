import { describe, expect, it } from 'vitest';
import { MediaRun } from '../../../src/channel/media-run.ts';
import { ChannelError, type HangupInfo } from '../../../src/errors.ts';

const UNWRITABLE = new ChannelError('FILE_UNWRITABLE', 'the disk is full');

/** A run whose preparation fails when told to, and the end of its call. */
function failing(): { run: MediaRun<{ reason: string }>; hangUp: () => void; fail: () => void; isFree: () => boolean } {
  let end: (info: HangupInfo) => void = () => undefined;
  let fail: () => void = () => undefined;
  let free = false;
  const call = {
    onEnd: (listener: (info: HangupInfo) => void) => {
      end = listener;
      return { [Symbol.dispose]: () => undefined };
    },
  };
  const slot = {
    [Symbol.dispose]: () => {
      free = true;
    },
  };
  const run = new MediaRun<{ reason: string }>(
    call,
    slot,
    () =>
      new Promise((_, reject) => {
        fail = () => reject(UNWRITABLE);
      }),
  );
  return { run, hangUp: () => end({ by: 'remote' }), fail: () => fail(), isFree: () => free };
}

describe('a run that cannot be begun', () => {
  it('fails with the reason, and frees its slot', async () => {
    const { run, fail, isFree } = failing();
    fail();
    await expect(run.started).rejects.toBe(UNWRITABLE);
    await run.finished;
    expect({ error: run.error, over: run.isOver, free: isFree() }).toEqual({
      error: UNWRITABLE,
      over: true,
      free: true,
    });
  });

  it('was ended by the hang-up that came before', async () => {
    const { run, hangUp, fail, isFree } = failing();
    hangUp();
    fail();
    await run.started;
    await run.finished;
    expect({ error: run.error, halted: run.halted, free: isFree() }).toEqual({
      error: undefined,
      halted: 'HANGUP',
      free: true,
    });
  });
});
