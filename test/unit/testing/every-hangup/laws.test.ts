import { describe, expect, it } from 'vitest';
import { brokenLaws } from '../../../../src/testing/every-hangup/laws.ts';
import type { FakeCall } from '../../../../src/testing/fake/fake-call.ts';
import { createFakeChannel } from '../../../../src/testing/fake/fake-channel.ts';

async function recorded(): Promise<{ call: FakeCall; wav: Uint8Array }> {
  const call = createFakeChannel({ script: [{ on: 'record', do: (caller) => caller.speak(500) }] });
  await call.run(async (channel) => {
    await channel.answer();
    await channel.fileRecorder.record('note.wav', { timeout: 1_000 });
  });
  return { call, wav: call.files.read('note.wav') };
}

/** A call whose only recording has these bytes. */
function holding(call: FakeCall, bytes: Uint8Array): FakeCall {
  return { ...call, files: { ...call.files, names: ['note.wav'], read: () => bytes } } as unknown as FakeCall;
}

describe('the laws for a flow that is over', () => {
  it('are kept by a call that ended as it should', async () => {
    const { call, wav } = await recorded();
    expect(brokenLaws(call)).toEqual([]);
    expect(brokenLaws(holding(call, wav))).toEqual([]);
  });

  it('want recordings that can be played, to their end', async () => {
    const { call, wav } = await recorded();
    expect(brokenLaws(holding(call, wav.subarray(0, 20)))).toEqual([
      expect.stringMatching(/^the recording note\.wav cannot be played: ChannelError: /),
    ]);
    const longer = new Uint8Array(wav.length + 100);
    longer.set(wav);
    expect(brokenLaws(holding(call, longer))).toEqual([
      'the header of the recording note.wav leaves out 100 bytes of it',
    ]);
  });

  it('want nothing to go on', () => {
    const call = {
      channel: {
        state: 'ANSWERED',
        journal: {
          entries: [
            { at: 0, kind: 'begin', id: 1, method: 'answer', arguments: [] },
            { at: 0, kind: 'begin', id: 2, method: 'filePlayer.play', arguments: [] },
            { at: 0, kind: 'done', id: 1, method: 'answer', result: 'ANSWERED' },
          ],
        },
        filePlayer: { state: 'PLAYING' },
        fileRecorder: { state: 'RECORDING' },
        wholeCallRecorder: { state: 'RECORDING' },
      },
      clock: { dueTimes: [500, 700.4], timers: { running: [{ at: 500, setAt: 'menu.ts:3:5' }] } },
      files: { names: [] },
    } as unknown as FakeCall;
    expect(brokenLaws(call)).toEqual([
      'the channel is ANSWERED',
      'filePlayer.play() is still pending',
      'a file is still being played',
      'a recording still runs',
      'a recording of the whole call still runs',
      '2 timers left running: due at 500 ms (set at menu.ts:3:5), due at 700 ms',
    ]);
  });
});
