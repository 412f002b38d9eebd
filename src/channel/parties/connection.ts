import { Disposables } from '../../disposables.ts';
import type { Call } from '../call.ts';
import type { DigitMethod } from '../media-port.ts';
import type { AudioLink } from '../mix-port.ts';
import { DigitRelay } from './digit-relay.ts';
import { MediaRelease } from './media-release.ts';

/** How two calls are joined. */
export interface JoinOptions {
  /** Name of the method that does it, for messages. */
  readonly operation: string;
  /** Whether the keys of one far end are passed on to the other one. */
  readonly relayDigits: boolean;
}

/** One of the two calls, with what goes from it to the other one. */
interface Side {
  readonly call: Call;
  readonly link: AudioLink;
  readonly keys: DigitRelay | undefined;
}

/**
 * Two answered calls whose far ends hear each other. While it lasts, neither call can send anything else. It ends once: by {@link end}, or
 * with the first of the two calls.
 */
export class Connection {
  /**
   * Resolves when it is over and nothing of it is sent any more: a key that has begun to be passed on is ended properly, and audio that went
   * past this side comes here again. Never rejects.
   */
  readonly ended: Promise<void>;
  /** Has the audio go past this side. */
  readonly mediaRelease: MediaRelease;
  readonly #sides: readonly [Side, Side];
  readonly #held: readonly Disposable[];
  /** The calls that know of it. */
  readonly #told: Call[] = [];
  #isOver = false;
  #resolveEnded: () => void = () => undefined;

  /** @internal Use {@link joinCalls}. */
  constructor(sides: readonly [Side, Side], slots: readonly Disposable[]) {
    this.#sides = sides;
    this.mediaRelease = new MediaRelease([sides[0].call, sides[1].call]);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#held = [...slots, ...sides.map(({ call }) => call.onEnd(() => this.end()))];
    for (const { call } of sides) call.connection = this;
    for (const { call } of sides) {
      // A listener may have ended it.
      if (this.#isOver) break;
      this.#told.push(call);
      call.connected(this.other(call));
    }
  }

  /** The call that a call of this connection is joined with. */
  other(call: Call): Call {
    const [one, other] = this.#sides;
    return one.call === call ? other.call : one.call;
  }

  /** The far end of a call has pressed a key. What it sends as a tone is heard at the other end anyway. */
  pressed(call: Call, digit: string, by: DigitMethod): void {
    if (by !== 'INBAND') this.#sides.find((side) => side.call === call)?.keys?.press(digit);
  }

  /** Ends it; off the wire within one packet. The calls go on. Safe to repeat. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const quiet = this.#sides.flatMap(({ keys }) => keys?.stop() ?? []);
    for (const { call, link } of this.#sides) {
      link.close();
      call.connection = undefined;
      call.parted = this.ended;
    }
    for (const held of this.#held) held[Symbol.dispose]();
    void Promise.all([...quiet, this.mediaRelease.end()]).then(this.#resolveEnded);
    for (const call of this.#told) call.disconnected(this.other(call));
  }
}

/**
 * Lets the far ends of two answered calls hear each other; whoever calls it sees to it that both are answered and are not the same. Throws
 * `ChannelError` `BUSY` when one of them sends something or is joined with another already, `INVALID_STATE` when their media cannot be
 * linked; nothing has changed then.
 */
export function joinCalls(one: Call, other: Call, { operation, relayDigits }: JoinOptions): Connection {
  using undo = new Disposables();
  const slots = [one, other].flatMap(({ activity }) => [
    undo.use(activity.take('joined', operation)),
    undo.use(activity.take('send', operation)),
  ]);
  const side = (from: Call, to: Call): Side => {
    const link = from.media.demand().link(to.media.demand());
    undo.defer(() => link.close());
    return { call: from, link, keys: relayDigits ? new DigitRelay(to) : undefined };
  };
  const sides = [side(one, other), side(other, one)] as const;
  undo.forget();
  return new Connection(sides, slots);
}
