import type { HangupInfo } from '../../errors.ts';
import type { MediaDirection } from '../../media-description.ts';
import type { State } from '../state.ts';
import type { JournalEntry } from './journal-entry.ts';
import { type MethodEnd, methodText, shortText } from './method-text.codec.ts';

/** One line of a timeline: one of the two columns says something. */
export interface TimelineLine {
  readonly at: string;
  readonly application: string;
  readonly caller: string;
}

type Entry<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { readonly kind: Kind }>;

/** Keys that follow each other sooner than this are one line, in milliseconds. */
const ONE_GO_MS = 1000;
/** From one key to the next where nobody pauses, in milliseconds. */
const BRISK_MS = 200;
/** Length of a pause that a comma stands for, in milliseconds. */
const COMMA_MS = 500;
/** States that other lines tell of. */
const TOLD: readonly State[] = [
  'CALL_INCOMING',
  'RING_INCOMING',
  'ANSWERING',
  'CALL_OUTGOING',
  'RING_OUTGOING',
  'IDLE',
];

/** The lines of a timeline, in order. */
export function timelineLines(entries: readonly JournalEntry[]): readonly TimelineLine[] {
  const timeline = new Timeline(entries);
  for (const entry of entries) timeline.take(entry);
  return timeline.lines;
}

class Timeline {
  readonly lines: TimelineLine[] = [];
  readonly #ends = new Map<number, MethodEnd>();
  /** Methods that return while what they began goes on. */
  readonly #starts = new Set<number>();
  #pressed:
    | { readonly line: TimelineLine; readonly text: string; readonly by: string; readonly at: number }
    | undefined;
  #method = '';
  #cause = '';
  #isOutbound = false;
  #isAnswered = false;

  constructor(entries: readonly JournalEntry[]) {
    for (const entry of entries) {
      if (entry.kind === 'done' || entry.kind === 'failed') this.#ends.set(entry.id, entry);
      else if (entry.kind === 'begin' && /\.(?:start|enqueue)$/.test(entry.method)) this.#starts.add(entry.id);
    }
  }

  take(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'call':
        this.#called(entry);
        return;
      case 'state':
        this.#changed(entry);
        return;
      case 'progress':
        this.#caller(
          entry,
          entry.status === 180 || entry.status === 183 ? `rings (${entry.status})` : `progress ${entry.status}`,
        );
        return;
      case 'offer':
        this.#caller(entry, offerText(entry.direction));
        return;
      case 'digit':
        this.#digit(entry);
        return;
      case 'request':
        this.#caller(entry, `sends ${entry.method} ${shortText(entry.body)}`);
        return;
      case 'begin':
        this.#method = entry.method;
        this.#application(entry, methodText(entry, this.#ends.get(entry.id)));
        return;
      case 'played':
      case 'recorded':
        if (this.#starts.has(entry.id))
          this.#application(entry, `${entry.file} ${entry.kind}: ${entry.cause} after ${Math.round(entry.ms)} ms`);
        return;
      case 'note':
        this.#application(entry, `note: ${entry.text}`);
        return;
      case 'caller':
        this.#caller(entry, `${entry.action} ${entry.detail}`.trimEnd());
        return;
      case 'threw':
        this.#application(entry, `the flow failed: ${entry.error.code ?? entry.error.name}: ${entry.error.message}`);
        return;
      case 'ended':
        this.#ended(entry);
        return;
      case 'done':
      case 'failed':
      case 'recording':
        return;
    }
  }

  #called(entry: Entry<'call'>): void {
    this.#isOutbound = entry.direction === 'outbound';
    this.#isAnswered = false;
    // The method that calls out has said whom.
    if (!this.#isOutbound) this.#caller(entry, `calls ${entry.to} from ${entry.from}`);
  }

  #changed(entry: Entry<'state'>): void {
    this.#cause = entry.cause;
    if (TOLD.includes(entry.state)) return;
    if (entry.state === 'ANSWERED' && !this.#isAnswered) {
      this.#isAnswered = true;
      if (this.#isOutbound) this.#caller(entry, 'answers');
    } else this.#application(entry, `state ${entry.state}`);
  }

  #digit(entry: Entry<'digit'>): void {
    const last = this.#pressed;
    if (last && last.line === this.lines.at(-1) && last.by === entry.by && entry.at - last.at <= ONE_GO_MS) {
      const pauses = Math.max(0, Math.floor((entry.at - last.at - BRISK_MS) / COMMA_MS));
      const text = last.text + ','.repeat(pauses) + entry.digit;
      const line = { ...last.line, caller: pressText(text, entry.by) };
      this.lines.splice(-1, 1, line);
      this.#pressed = { line, text, by: entry.by, at: entry.at };
      return;
    }
    const line = this.#caller(entry, pressText(entry.digit, entry.by));
    this.#pressed = { line, text: entry.digit, by: entry.by, at: entry.at };
  }

  #ended(entry: Entry<'ended'>): void {
    const { info } = entry;
    if (info.by === 'remote')
      this.#caller(entry, this.#isAnswered ? 'hangs up' : remoteEnd(info, this.#isOutbound, this.#cause));
    else if (info.by === 'network') this.#caller(entry, `is lost: ${endText(info, this.#cause)}`);
    // Otherwise the method has said so.
    else if (this.#method !== 'hangUp' && this.#method !== 'reject')
      this.#application(entry, `the call is over: ${endText(info, this.#cause)}`);
  }

  #application({ at }: JournalEntry, text: string): TimelineLine {
    return this.#add({ at: String(Math.round(at)), application: text, caller: '' });
  }

  #caller({ at }: JournalEntry, text: string): TimelineLine {
    return this.#add({ at: String(Math.round(at)), application: '', caller: text });
  }

  #add(line: TimelineLine): TimelineLine {
    this.lines.push(line);
    return line;
  }
}

function pressText(digits: string, by: string): string {
  return `presses ${digits}${by === 'RFC4733' ? '' : ` (${by})`}`;
}

function offerText(direction: MediaDirection | undefined): string {
  if (direction === 'recvonly' || direction === 'inactive') return `holds (${direction})`;
  return `session ${direction ?? 'without audio'}`;
}

function remoteEnd(info: HangupInfo, isOutbound: boolean, cause: string): string {
  return isOutbound ? `refuses: ${endText(info, cause)}` : 'cancels';
}

function endText({ status, text }: HangupInfo, cause: string): string {
  return [cause, status, text].filter((part) => part !== undefined && part !== '').join(', ');
}
