import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import { optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import type { FakeCall } from '../fake/fake-call.ts';
import { createFakeChannel, FAKE_CHANNEL_OPTIONS, type FakeChannelOptions } from '../fake/fake-channel.ts';
import { parseJournal } from './parse-journal.codec.ts';
import { recordedPrompts } from './recorded-prompts.ts';
import { replayScript } from './replay-script.ts';

/** What may be different from the recorded call. What the far end does is in the journal. */
export type ReplayOptions = Omit<FakeChannelOptions, 'callee' | 'direction' | 'script'>;

const { callee, direction, script, ...OPTIONS } = FAKE_CHANNEL_OPTIONS;

/**
 * A fake call whose far end does what the recorded one did: calls from the same address or takes the calls in the same way, presses the
 * same keys by the same means, holds, sends its requests, speaks and hangs up. So a call that went wrong becomes a test.
 *
 * Each of that comes so many milliseconds after what the application did last before it, as it was in the recording: after the second
 * time that `menu.wav` was played, for example. An application that has been changed, and takes longer or says more in between, still
 * meets a sensible caller; what it never came to is told by `caller.assertAllDone()`. What came before the application had done anything
 * comes at its time.
 *
 * Prompts play as long as they did in the recording, one that was never played to its end a second longer; or as the options say: with
 * `mediaDirectory` as long as they are, and nothing is taken from the journal. The far end speaks what was recorded when the journal has
 * audio, otherwise in a plain voice where a recording had sound in it. One that was lost without a goodbye hangs up. The header fields of
 * the INVITE are not in a journal; give them in the options if the application reads them.
 *
 * @param journal - text of a journal, or its lines.
 * @throws ChannelError `INVALID_ARGUMENT` when it is no journal, holds no call, or has masked digits; and as {@link createFakeChannel}.
 * @example
 * ```ts
 * const call = replay(await readFile('incident.jsonl', 'utf8'), { mediaDirectory: 'prompts' });
 * await call.run(myMenu);
 * call.caller.assertAllDone();
 * ```
 */
export function replay(journal: string | readonly JournalEntry[], options: ReplayOptions = {}): FakeCall {
  const problem = optionsProblem('replay()', options, OPTIONS);
  if (problem) throw problem;
  const entries = entriesOf(journal);
  const first = entries.find((entry) => entry.kind === 'call');
  if (!first) throw new ChannelError('INVALID_ARGUMENT', 'the journal holds no call to replay');
  const prompts = options.mediaDirectory === undefined ? recordedPrompts(entries) : {};
  const { direction, from, to } = first;
  return createFakeChannel({
    ...(direction === 'inbound' && { from, to }),
    // Heard once, whatever the recorded application had been told to listen to.
    ...(entries.some((entry) => entry.kind === 'digit' && entry.by === 'INBAND') && { inbandDtmf: 'always' as const }),
    ...options,
    prompts: { ...prompts, ...options.prompts },
    direction,
    script: replayScript(entries),
  });
}

function entriesOf(journal: unknown): readonly JournalEntry[] {
  if (typeof journal === 'string') return parseJournal(journal);
  if (Array.isArray(journal)) return journal as readonly JournalEntry[];
  throw new ChannelError('INVALID_ARGUMENT', 'replay() needs the text of a journal or its lines, journal.entries');
}
