import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import { State } from '../../channel/state.ts';
import type { FakeCall } from '../fake/fake-call.ts';
import { described, type FoundPoint } from './hangup-point.ts';

/** How long after the last line the caller hangs up on a flow that waits for just that, in milliseconds. */
const LAST_WAIT_MS = 1000;

/** What there is to hang up: nothing, an outbound call that is not answered, or a call. */
type Line = 'idle' | 'calling' | 'up';

interface Moment {
  readonly entry: JournalEntry;
  readonly now: number;
  /** Known as soon as the channel has done what it writes down. */
  line: Line;
}

/** Follows the journal of a run: finds the points at which the far end could hang up, or hangs up at one of them. */
export class HangupWatch implements Disposable {
  readonly #call: FakeCall;
  readonly #point: FoundPoint | undefined;
  readonly #listening: Disposable;
  readonly #points: FoundPoint[] = [];
  #lines = 0;
  #last: Moment | undefined;
  #due: Disposable | undefined;
  #hasHungUp = false;

  constructor(call: FakeCall, point?: FoundPoint) {
    this.#call = call;
    this.#point = point;
    for (const entry of call.channel.journal.entries) this.#note(entry);
    if (this.#last) this.#atRest(this.#last);
    this.#listening = call.channel.journal.listen((entry) => this.#look(entry));
  }

  /** The points found so far. */
  get points(): readonly FoundPoint[] {
    return this.#points;
  }

  get hasHungUp(): boolean {
    return this.#hasHungUp;
  }

  /** Adds the wait of a flow that waits for the far end to hang up, and for nothing else; false if there is nothing to hang up. */
  addLastWait(): boolean {
    this.#find(LAST_WAIT_MS);
    return this.#last !== undefined && this.#last.line !== 'idle';
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#due?.[Symbol.dispose]();
  }

  #look(entry: JournalEntry): void {
    const { now, last } = { now: this.#call.clock.now(), last: this.#last };
    if (last && now > last.now) this.#find((now - last.now) / 2);
    const moment = this.#note(entry);
    // Not at once: the channel is in the middle of what it writes down.
    queueMicrotask(() => this.#atRest(moment));
  }

  #note(entry: JournalEntry): Moment {
    this.#last = { entry, now: this.#call.clock.now(), line: 'idle' };
    this.#lines++;
    return this.#last;
  }

  /** The program has its turn; several lines may have been written in one go. */
  #atRest(moment: Moment): void {
    moment.line = lineOf(this.#call);
    if (this.#last !== moment) return;
    if (this.#lines === this.#point?.lines) this.#hangUpAfter(this.#point.delay);
    else this.#find(0);
  }

  #find(delay: number): void {
    if (this.#point || !this.#last || this.#last.line === 'idle') return;
    const { entry, now, line } = this.#last;
    this.#points.push({
      at: entry.at + delay,
      after: described(entry),
      lines: this.#lines,
      delay,
      now: now + delay,
      declines: line === 'calling',
    });
  }

  #hangUpAfter(delay: number): void {
    const { clock } = this.#call;
    if (delay === 0) this.#hangUp();
    else this.#due = clock.schedule(clock.now() + delay, () => this.#hangUp());
  }

  #hangUp(): void {
    this.#hasHungUp = true;
    void this.#call.caller.hangUp();
  }
}

function lineOf({ channel, caller }: FakeCall): Line {
  if (channel.state === State.IDLE) return 'idle';
  if (caller.steps.findLast(({ step }) => step === 'release' || step === 'call')?.step === 'release') return 'idle';
  return channel.state === State.CALL_OUTGOING || channel.state === State.RING_OUTGOING ? 'calling' : 'up';
}
