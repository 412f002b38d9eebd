import { handled } from '../../operation.ts';
import type { ToneSequence } from '../../tone-sequence.ts';
import type { Call } from '../call.ts';
import type { AudioLink } from '../mix-port.ts';
import { State } from '../state.ts';

/**
 * What a party hears while somebody else is called for it: nothing until it rings there, then a tone, or what the called side lets be heard
 * before it answers.
 */
export class RingBack {
  readonly #party: Call;
  readonly #target: Call;
  readonly #tone: ToneSequence;
  readonly #watching: Disposable;
  #isStopped = false;
  #isRinging = false;
  #earlyMedia: AudioLink | undefined;

  constructor(party: Call, target: Call, tone: ToneSequence) {
    this.#party = party;
    this.#target = target;
    this.#tone = tone;
    this.#watching = target.watch(() => this.#look());
  }

  /** Ends it; resolves when it is off the wire. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#watching[Symbol.dispose]();
    this.#earlyMedia?.close();
    await this.#party.ringtone.stop();
  }

  #look(): void {
    if (this.#isStopped || !this.#party.isLive || this.#target.state !== State.RING_OUTGOING) return;
    if (this.#hearsTarget()) void this.#party.ringtone.stop();
    else this.#ring();
  }

  /** Links what the called side lets be heard, if there is something; says whether it is. */
  #hearsTarget(): boolean {
    if (this.#earlyMedia) return true;
    const { session } = this.#target.media;
    if (session?.direction !== 'sendrecv' && session?.direction !== 'recvonly') return false;
    try {
      this.#earlyMedia = session.link(this.#party.media.demand());
    } catch (error) {
      this.#party.environment.logger.warn('early media of the target of a transfer cannot be heard', { error });
    }
    return this.#earlyMedia !== undefined;
  }

  #ring(): void {
    if (this.#isRinging) return;
    this.#isRinging = true;
    const { name } = this.#tone;
    const request = { sources: [{ kind: 'tone', name, tone: this.#tone }], bargeIn: '' } as const;
    const tone = this.#party.ringtone.start(() => this.#party.media.demand().play(request));
    // When it cannot be heard, the transfer goes on without it.
    void handled(tone.started);
  }
}
