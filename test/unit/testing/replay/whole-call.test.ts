import { describe, expect, it } from 'vitest';
import type { JournalEntry, JournalFact } from '../../../../src/channel/journal/journal-entry.ts';
import { recordedPrompts } from '../../../../src/testing/replay/recorded-prompts.ts';
import { recordedSpeech } from '../../../../src/testing/replay/recorded-speech.ts';
import { recordedSteps } from '../../../../src/testing/replay/recorded-steps.ts';

const at = (ms: number, fact: JournalFact): JournalEntry => ({ at: ms, ...fact });
const CALL = { kind: 'call', from: 'sip:a@x', to: 'sip:b@x', requestUri: 'sip:b@x', callId: '1', wall: '' } as const;

/** A call that was recorded as a whole, with a message in it, and heard its recording at the end. */
const ENTRIES = [
  at(0, { ...CALL, direction: 'inbound' }),
  at(0, { kind: 'begin', id: 1, method: 'wholeCallRecorder.start', arguments: ['call.wav'] }),
  at(0, { kind: 'done', id: 1, method: 'wholeCallRecorder.start', result: true }),
  at(100, { kind: 'begin', id: 2, method: 'fileRecorder.record', arguments: ['message.wav'] }),
  at(1100, { kind: 'recorded', id: 2, file: 'message.wav', cause: 'HANGUP', ms: 1000, sound: true }),
  at(1200, { kind: 'recorded', id: 1, file: 'call.wav', cause: 'ABORTED', ms: 1200, sound: true }),
  at(1200, { kind: 'begin', id: 3, method: 'filePlayer.play', arguments: ['call.wav'] }),
  at(2400, { kind: 'played', id: 3, file: 'call.wav', cause: 'NORMAL', ms: 1200 }),
];

describe('a journal of a call that was recorded as a whole', () => {
  it('has what the far end said from the recording of the far end alone', () => {
    expect(recordedSpeech(ENTRIES)).toMatchObject([{ at: 100, speech: 1000 }]);
  });

  it('has no prompt of that name', () => {
    expect(recordedPrompts(ENTRIES)).toEqual({});
  });

  it('has its beginning as a step', () => {
    expect(recordedSteps(ENTRIES).map(({ step, detail }) => [step, detail])).toEqual([
      ['recordCall', 'call.wav'],
      ['record', 'message.wav'],
      ['play', 'call.wav'],
    ]);
  });
});
