import { Disposables } from '../../disposables.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
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
  /** What cannot run on the calls whose audio is not here. */
  readonly #bars = new Map<Call, Disposables>();
  /** The calls whose audio is being taken back. */
  readonly #coming = new Map<Call, Promise<void>>();
  #isAsking = false;
  /** Both send to each other. */
  #isAgreed = false;
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
      if (this.#isAgreed) return;
      this.#check(operation);
      this.#isAsking = true;
      try {
        for (const call of this.#calls) this.#bar(call, operation);
        await this.#ask(first, this.#other(first), operation, stop);
        this.#isAgreed = true;
      } catch (error) {
        await Promise.all(this.#calls.map((call) => this.#restore(call)));
        throw error;
      } finally {
        this.#isAsking = false;
      }
      // From here on it is so, whatever the operation hears next.
      stop.finish();
      for (const call of this.#calls) this.#went(call);
    });
  }

  /** Has them send to this side again. */
  async takeBack(stop: Stop): Promise<void> {
    const coming = Promise.allSettled(this.#away.map((call) => this.#take(call)));
    const results = await Promise.race([coming, stopped(stop)]);
    const failed = results?.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /**
   * The connection is over. Resolves when the audio of what is left of it comes to this side again, or a far end has refused that; never
   * rejects.
   */
  async end(): Promise<void> {
    this.#isOver = true;
    for (const call of this.#calls) this.#unbar(call);
    // Whoever ends the one call may end the other one in the same breath.
    await Promise.resolve();
    await Promise.all(this.#away.map((call) => this.#leave(call)));
  }

  /** The calls whose audio is not here, or may not be in a moment. */
  get #away(): readonly Call[] {
    return this.#calls.filter((call) => call.isLive && (this.#isAsking || isAway(call)));
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

  #bar(call: Call, operation: string): void {
    if (this.#bars.has(call)) return;
    const bars = new Disposables();
    this.#bars.set(call, bars);
    for (const slot of BARRED) {
      bars.use(call.activity.bar(slot, operation, 'audio goes past this side: take it back with takeMedia()'));
    }
  }

  #unbar(call: Call): void {
    this.#bars.get(call)?.dispose();
    this.#bars.delete(call);
  }

  #went(call: Call): void {
    call.media.released(() => this.#cameBack(call));
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
    ).catch((error: unknown) => {
      // It sends there from now on; from where it has not said, so that it counts as where it was.
      if (isTakenUnsaid(error) && call.isLive) session.accept(farEndOf(call));
      throw error;
    });
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
    this.#unbar(call);
    this.#isAgreed = false;
    // Whatever is left is taken back anyway, and may be connected with somebody else by now.
    if (this.#isOver) return;
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

  /** Takes it back where nobody waits for that; who refuses is in the log. */
  #takeSomehow(call: Call): Promise<void> {
    return this.#take(call).catch(() => undefined);
  }

  /** Takes it back for good. Who refuses is played to unheard, as on hold. */
  async #leave(call: Call): Promise<void> {
    await this.#takeSomehow(call);
    if (call.isLive) call.media.session?.direct.giveUp();
  }

  /** Puts back what was changed for nothing; or says that it could not be. */
  async #restore(call: Call): Promise<void> {
    await this.#offerOurs(call).catch(() => undefined);
    if (call.isLive && isAway(call)) this.#went(call);
    else this.#unbar(call);
  }

  async #offerOurs(call: Call): Promise<void> {
    const { channel, environment, media, holding } = call;
    const { session } = media;
    if (!session || !isAway(call)) return;
    try {
      await reoffer(
        call,
        () => session.offer(),
        (answer) => {
          session.accept(answer);
          holding.described(answer, holding.ours);
          media.agreed();
        },
      );
    } catch (error) {
      environment.logger.warn('the audio of a call could not be taken back', { channel: channel.id, error });
      throw error;
    }
  }
}

/** Whether the far end of a call sends to somebody else, as far as is known. */
function isAway({ media }: Call): boolean {
  return media.isReleased || media.session?.direct.isReleased === true;
}

/** Whether a far end took an offer with a 2xx of which nothing else can be read. */
function isTakenUnsaid(error: unknown): boolean {
  return isChannelError(error) && isChannelError(error.cause) && error.cause.code === 'MALFORMED_SDP';
}

function farEndOf(call: Call): SessionDescription {
  const description = call.media.session?.direct.farEnd;
  if (!description) throw new ChannelError('INVALID_STATE', 'the far end has described no audio');
  return description;
}

function tooLate(operation: string): ChannelError {
  return new ChannelError('INVALID_STATE', `${operation} came too late: the two channels are not connected any more`);
}
