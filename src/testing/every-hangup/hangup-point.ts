import type { JournalEntry } from '../../channel/journal/journal-entry.ts';

/** A moment at which the caller hangs up. */
export interface HangupPoint {
  /** Milliseconds from the beginning of the call. */
  readonly at: number;
  /** What had happened last. */
  readonly after: string;
}

/** A point as it is found again in the next run of the same flow. */
export interface FoundPoint extends HangupPoint {
  /** How many lines the journal has by then. */
  readonly lines: number;
  /** Milliseconds since the last of them. */
  readonly delay: number;
  /** Virtual time. */
  readonly now: number;
  /** An outbound call is not answered yet: the called party declines. The flow may go on then, and call again. */
  readonly declines: boolean;
}

/** Longest arguments that a point is described with. */
const LONGEST = 60;

/** A line of the journal in a few words. */
export function described(entry: JournalEntry): string {
  switch (entry.kind) {
    case 'call':
      return entry.direction === 'inbound' ? 'the call came in' : `the call to ${entry.to} went out`;
    case 'state':
      return `the channel was ${entry.state}`;
    case 'progress':
      return `a ${entry.status}`;
    case 'offer':
      return 'a change of the session';
    case 'digit':
      return `key ${entry.digit}`;
    case 'request':
      return entry.method;
    case 'begin':
      return `${entry.method}(${shortened(entry.arguments)}) began`;
    case 'done':
      return `${entry.method}() resolved`;
    case 'failed':
      return `${entry.method}() failed`;
    case 'played':
    case 'recorded':
      return `${entry.file} was ${entry.kind}`;
    case 'recording':
      return `the recording ${entry.file}`;
    case 'note':
      return `the note ${JSON.stringify(entry.text)}`;
    case 'caller':
      return `the caller: ${entry.action} ${entry.detail}`.trimEnd();
    case 'threw':
      return 'the failure of the flow';
    case 'ended':
      return 'the end of the call';
  }
}

function shortened(values: readonly unknown[]): string {
  const text = values.map((value) => JSON.stringify(value)).join(', ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
