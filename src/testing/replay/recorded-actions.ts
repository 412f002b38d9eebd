import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import { ChannelError, type HangupInfo } from '../../errors.ts';
import type { MediaDirection } from '../../media-description.ts';
import type { FakeCaller } from '../fake/fake-caller.ts';
import { recordedSpeech } from './recorded-speech.ts';

/** Something that the recorded far end did. */
export interface RecordedAction {
  /** Which line of the journal says so, or it comes after. */
  readonly index: number;
  readonly at: number;
  /** For people. */
  readonly text: string;
  /** Does it again. */
  readonly act: (caller: FakeCaller) => unknown;
}

type Entry<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { readonly kind: Kind }>;
type Doing = Pick<RecordedAction, 'text' | 'act'>;

/** How long a key is down at most, in milliseconds; less when the next one came sooner. */
const KEY_MS = 100;

/**
 * What the far end did, in order.
 *
 * @throws ChannelError `INVALID_ARGUMENT` when digits are masked.
 */
export function recordedActions(entries: readonly JournalEntry[]): readonly RecordedAction[] {
  const actions: RecordedAction[] = [];
  let isOutbound = false;
  let isAnswered = false;
  let isOver = false;
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === 'call') {
      isOver = false;
      isOutbound = entry.direction === 'outbound';
      isAnswered = false;
    }
    const doing = doingOf(entry, () => entries.slice(index + 1).find(isDigit), isOutbound, isAnswered);
    if (doing && !isOver) actions.push({ index, at: entry.at, ...doing });
    if (entry.kind === 'ended') isOver = true;
    if (entry.kind === 'state' && entry.state === 'ANSWERED') isAnswered = true;
  }
  // A fake caller has said itself when it spoke.
  const speeches = entries.some(({ kind }) => kind === 'caller') ? [] : recordedSpeech(entries);
  for (const { index, at, speech } of speeches) {
    actions.push({ index, at, text: 'speaks', act: (caller) => void caller.speak(speech) });
  }
  // Stable: what is said in a recording comes right after the method that began it.
  return actions.sort((one, other) => one.index - other.index);
}

function doingOf(
  entry: JournalEntry,
  nextDigit: () => JournalEntry | undefined,
  isOutbound: boolean,
  isAnswered: boolean,
): Doing | undefined {
  switch (entry.kind) {
    case 'progress':
      if (entry.status !== 180 && entry.status !== 183) return undefined;
      return { text: 'rings', act: (caller) => caller.ring() };
    case 'state':
      if (entry.state !== 'ANSWERED' || !isOutbound || isAnswered) return undefined;
      return { text: 'answers', act: (caller) => caller.answer() };
    case 'digit':
      return pressing(entry, nextDigit()?.at);
    case 'request':
      return requesting(entry);
    case 'offer':
      return offering(entry.direction);
    case 'ended':
      return ending(entry.info, isOutbound && !isAnswered);
    case 'caller':
      return again(entry);
    case 'call':
    case 'begin':
    case 'done':
    case 'failed':
    case 'played':
    case 'recorded':
    case 'note':
    case 'threw':
    case 'recording':
      return undefined;
  }
}

function pressing({ at, digit, by }: Entry<'digit'>, nextAt = Number.POSITIVE_INFINITY): Doing {
  if (digit === '?') {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      'the digits of the journal are masked; write the keys that the test shall press in place of each "?" of its digit lines',
    );
  }
  const on = Math.min(KEY_MS, nextAt - at);
  return { text: `presses ${digit}`, act: (caller) => void caller.press(digit, { by, on }) };
}

function isDigit({ kind }: JournalEntry): boolean {
  return kind === 'digit';
}

function requesting({ method, contentType = '', body }: Entry<'request'>): Doing {
  return {
    text: `sends ${method}`,
    act: (caller) => (method === 'MESSAGE' ? caller.sendMessage(body) : caller.sendInfo({ contentType, body })),
  };
}

function offering(direction: MediaDirection | undefined): Doing | undefined {
  switch (direction) {
    case 'recvonly':
      return { text: 'holds', act: (caller) => caller.hold('sendonly') };
    case 'inactive':
      return { text: 'holds', act: (caller) => caller.hold('inactive') };
    case 'sendrecv':
      return { text: 'resumes', act: (caller) => caller.resume() };
    case 'sendonly':
    case undefined:
      return undefined;
  }
}

/** What a fake caller did that a channel cannot see. */
function again({ action, detail }: Entry<'caller'>): Doing | undefined {
  const ms = Number.parseFloat(detail);
  if (action === 'presses') return { text: `presses ${detail}`, act: (caller) => void caller.press(keysOf(detail)) };
  if (action === 'speaks') return { text: 'speaks', act: (caller) => void caller.speak(ms) };
  if (action === 'is silent') return { text: 'is silent', act: (caller) => void caller.silence(ms) };
  // One that drops off the network hangs up when that is noticed.
  return undefined;
}

/** Keys that nobody heard come with a remark about that. */
function keysOf(detail: string): string {
  return detail.split(' ')[0] ?? '';
}

/** A far end that was lost hangs up: the application gets its `Hangup` at the same moment. */
function ending({ by, status, reason }: HangupInfo, isCalled: boolean): Doing | undefined {
  if (by === 'local') return undefined;
  if (!isCalled) return { text: 'hangs up', act: (caller) => caller.hangUp() };
  const refusal = status !== undefined && status >= 300 ? status : 603;
  return { text: `refuses with ${refusal}`, act: (caller) => caller.refuse(refusal, { reason }) };
}
