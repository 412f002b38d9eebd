import { handled } from '../../operation.ts';
import type { ToneSequence } from '../../tone-sequence.ts';
import type { Call } from '../call.ts';
import type { ChannelCore } from '../channel-core.ts';
import type { AudioLink } from '../mix-port.ts';
import type { Playing } from '../play-port.ts';
import { ring } from '../ring.ts';
import { State } from '../state.ts';

/**
 * What a caller hears while callees are called: that it rings, or what the first of them lets be heard before it answers. A caller who is
 * not answered yet is told so by 180 or 183; one who is hears a tone.
 */
export class CallerEar {
  readonly #core: ChannelCore;
  readonly #caller: Call;
  readonly #tone: ToneSequence | undefined;
  #isStopped = false;
  #isRinging = false;
  #ringback: Playing | undefined;
  /** Whose early media the caller hears. */
  #speaker: Call | undefined;
  #links: readonly AudioLink[] = [];

  constructor(core: ChannelCore, tone: ToneSequence | undefined) {
    this.#core = core;
    this.#caller = core.call;
    this.#tone = tone;
  }

  /** Lets the caller know how the call of a callee goes, until what is returned is disposed of. */
  follow(callee: Call): Disposable {
    const watching = callee.watch(() => this.#look(callee));
    return {
      [Symbol.dispose]: () => {
        watching[Symbol.dispose]();
        if (this.#speaker === callee) this.#hush();
      },
    };
  }

  /** Ends it; resolves when it is off the wire. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#hush();
    this.#ringback?.stop();
    await this.#ringback?.finished;
  }

  #look(callee: Call): void {
    if (this.#isStopped || !this.#caller.isLive || callee.state !== State.RING_OUTGOING) return;
    if (hasEarlyMedia(callee) && !this.#speaker) this.#speak(callee);
    else if (!this.#speaker) this.#ring();
  }

  #speak(callee: Call): void {
    this.#speaker = callee;
    if (this.#caller.isUp) {
      this.#ringback?.stop();
      this.#link(callee);
      return;
    }
    this.#isRinging = true;
    void handled(this.#earlyMedia(callee));
  }

  /** 183 with a description, so that the caller can hear it; it may be gone by then. */
  async #earlyMedia(callee: Call): Promise<void> {
    await ring(this.#caller, this.#core.tones, { earlyMedia: true });
    if (this.#speaker !== callee || this.#isStopped) return;
    await this.#caller.ringtone.stop();
    if (this.#speaker === callee && !this.#isStopped) this.#link(callee);
  }

  #link(callee: Call): void {
    const { session } = this.#caller.media;
    // Without an offer of the caller there is nowhere to send audio to yet.
    if (session?.direction === undefined) return;
    try {
      const early = callee.media.demand();
      this.#links = [early.link(session), session.link(early)];
    } catch (error) {
      this.#caller.environment.logger.warn('the caller cannot hear the callee before the answer', { error });
    }
  }

  #hush(): void {
    this.#speaker = undefined;
    for (const link of this.#links) link.close();
    this.#links = [];
  }

  #ring(): void {
    if (this.#isRinging) return;
    this.#isRinging = true;
    if (this.#caller.isUp) this.#play();
    // A caller who hears a ringtone of the program already needs no other.
    else if (this.#caller.media.session?.direction === undefined) {
      void handled(ring(this.#caller, this.#core.tones, {}));
    }
  }

  #play(): void {
    const { session } = this.#caller.media;
    if (!this.#tone || !session) return;
    const { name } = this.#tone;
    this.#ringback = session.play({ sources: [{ kind: 'tone', name, tone: this.#tone }], bargeIn: '' });
    // When it cannot be heard, the call goes on without it.
    void handled(this.#ringback.started);
  }
}

/** Whether a callee that has not answered sends audio. */
function hasEarlyMedia({ media }: Call): boolean {
  const direction = media.session?.direction;
  return direction === 'sendrecv' || direction === 'recvonly';
}
