import { Disposables } from '../../disposables.ts';
import { ChannelError } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { handled, Stop, stopped } from '../../operation.ts';
import type { Call } from '../call.ts';
import { inTurn, reoffer } from '../session-turn.ts';
import { State } from '../state.ts';
import { isAsTold, isTwoWay } from './direct-terms.codec.ts';

/** How often the two far ends are asked at most: whoever answers from elsewhere than before has to be described to the other again. */
const MOST_ROUNDS = 3;

/** What needs the audio of the far end, and cannot run beside this. */
const BARRED = ['record', 'record call'] as const;

/**
 * Audio of two connected calls that their far ends send to each other, past this side (third-party call control, RFC 3725). It comes back as
 * soon as one of the two agrees on something else with this side, or is over.
 */
export class MediaRelease {
  readonly #calls: readonly [Call, Call];
  readonly #bars = new Disposables();
  /** The calls whose audio is being taken back. */
  readonly #coming = new Map<Call, Promise<void>>();
  #isAsking = false;
  #isOver = false;

  constructor(calls: readonly [Call, Call]) {
    this.#calls = calls;
  }

  /**
   * Has the two far ends send to each other: the other one is told of that of `first` and then the other way round. When one refuses, both
   * are with this side again.
   */
  async release(first: Call, operation: string, stop: Stop): Promise<void> {
    this.#check(operation);
    await inTurn(this.#calls, operation, stop, async () => {
      if (this.#calls.every(({ media }) => media.isReleased)) return;
      this.#check(operation);
      this.#isAsking = true;
      try {
        this.#bar(operation);
        await this.#ask(first, this.#other(first), operation, stop);
      } catch (error) {
        this.#bars.dispose();
        await Promise.all(this.#calls.map((call) => this.#restore(call)));
        throw error;
      } finally {
        this.#isAsking = false;
      }
      // From here on it is so, whatever the operation hears next.
      stop.finish();
      for (const call of this.#calls) call.media.released(() => this.#cameBack(call));
    });
  }

  /** Has them send to this side again. */
  async takeBack(stop: Stop): Promise<void> {
    const coming = Promise.allSettled(this.#away.map((call) => this.#take(call)));
    const results = await Promise.race([coming, stopped(stop)]);
    const failed = results?.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** The connection is over. Resolves when the audio of what is left of it comes to this side again; never rejects. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#bars.dispose();
    // Whoever ends the one call may end the other one in the same breath.
    await Promise.resolve();
    await Promise.all(this.#away.map((call) => this.#takeSomehow(call)));
  }

  /** The calls whose audio is not here, or may not be in a moment. */
  get #away(): readonly Call[] {
    return this.#calls.filter((call) => call.isLive && (this.#isAsking || call.media.session?.direct.isReleased));
  }

  #other(call: Call): Call {
    const [one, other] = this.#calls;
    return call === one ? other : one;
  }

  #check(operation: string): void {
    if (this.#isOver) throw tooLate(operation);
    for (const { state, isLive, holding, media, channel } of this.#calls) {
      const who = `the call of channel ${channel.id}`;
      if (state !== State.ANSWERED || !isLive || holding.isHeld) {
        const is = holding.isHeld ? 'held by its far end' : state;
        throw new ChannelError('INVALID_STATE', `${operation} needs two calls that are ANSWERED; ${who} is ${is}`);
      }
      if (!media.session?.direct.farEnd) {
        throw new ChannelError('INVALID_STATE', `${operation} needs two calls on the network, which ${who} is not`);
      }
    }
  }

  #bar(operation: string): void {
    for (const { activity } of this.#calls) {
      for (const slot of BARRED) {
        this.#bars.use(activity.bar(slot, operation, 'audio goes past this side: take it back with takeMedia()'));
      }
    }
  }

  async #ask(first: Call, other: Call, operation: string, stop: Stop): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const told = farEndOf(first);
      const chosen = await this.#describe(other, told, operation, stop);
      const answered = await this.#describe(first, chosen, operation, stop);
      // Meanwhile it may have come back, by an offer of its own.
      if (other.media.session?.direct.isReleased && isAsTold(told, chosen, answered)) return;
    }
    throw new ChannelError(
      'REFUSED',
      'the two far ends do not come to an agreement on their audio; it goes on as before',
    );
  }

  /** Tells the far end of a call of somebody else, and resolves with what it answers. */
  async #describe(
    call: Call,
    description: SessionDescription,
    operation: string,
    stop: Stop,
  ): Promise<SessionDescription> {
    const session = call.media.demand();
    const isTaken = await reoffer(
      call,
      () => session.direct.offerFor(description),
      (answer) => session.accept(answer),
    );
    if (!isTaken || this.#isOver || stop.reason) throw tooLate(operation);
    const answer = farEndOf(call);
    if (!isTwoWay(answer)) {
      throw new ChannelError(
        'REFUSED',
        `the far end of channel ${call.channel.id} took the offer without audio both ways`,
      );
    }
    return answer;
  }

  /** The audio of a call comes to this side again: that of the other one has nowhere to go any more. */
  #cameBack(call: Call): void {
    this.#bars.dispose();
    const other = this.#other(call);
    if (!this.#coming.has(other) && this.#away.includes(other)) void this.#takeSomehow(other);
  }

  /** Takes the audio of a call back, once for all who want that. */
  #take(call: Call): Promise<void> {
    const begun = this.#coming.get(call);
    if (begun) return begun;
    const coming = inTurn([call], 'takeMedia()', new Stop(), () => this.#offerOurs(call));
    this.#coming.set(call, coming);
    return handled(coming.finally(() => this.#coming.delete(call)));
  }

  async #takeSomehow(call: Call): Promise<void> {
    try {
      await this.#take(call);
    } catch (error) {
      this.#warn(call, error);
    }
  }

  async #restore(call: Call): Promise<void> {
    try {
      await this.#offerOurs(call);
    } catch (error) {
      this.#warn(call, error);
    }
  }

  async #offerOurs(call: Call): Promise<void> {
    const { session } = call.media;
    if (!session?.direct.isReleased) return;
    await reoffer(
      call,
      () => session.offer(),
      (answer) => {
        session.accept(answer);
        call.holding.described(answer, call.holding.ours);
        call.media.agreed();
      },
    );
  }

  #warn({ channel, environment }: Call, error: unknown): void {
    environment.logger.warn('the audio of a call could not be taken back', { channel: channel.id, error });
  }
}

function farEndOf(call: Call): SessionDescription {
  const description = call.media.session?.direct.farEnd;
  if (!description) throw new ChannelError('INVALID_STATE', 'the far end has described no audio');
  return description;
}

function tooLate(operation: string): ChannelError {
  return new ChannelError('INVALID_STATE', `${operation} came too late: the two channels are not connected any more`);
}
