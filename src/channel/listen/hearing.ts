import type { Clock } from '../../clock.ts';
import type { ListenEvent, ListenRequest } from '../listen-port.ts';
import type { MediaSession } from '../media-port.ts';

/** How long a tone must be steady to be a beep, unless somebody says otherwise; milliseconds. */
export const BEEP_MS = 180;
/** Listening goes on for a while: who waits for speech often waits for silence next, and what is known should not be forgotten. */
const LINGER_MS = 1000;

/** What somebody wants to hear. */
export interface Wish {
  readonly speech?: boolean | undefined;
  readonly tones?: boolean | undefined;
  /** {@link BEEP_MS} when left out. */
  readonly beepMs?: number | undefined;
  /** Called with what was heard of that. */
  heard?(event: ListenEvent): void;
}

/** Which tone was heard: an event of media. */
export type ToneEvent = Extract<ListenEvent, { type: 'tone' }>;

/** What is heard of the far end of a channel's calls, for all who want to hear it. Media listens only while there is somebody. */
export class Hearing {
  readonly #clock: Clock;
  readonly #tell: (event: ListenEvent) => void;
  readonly #wishes = new Set<Wish>();
  #session: Pick<MediaSession, 'attend'> | undefined;
  #asked: ListenRequest = { speech: false, tones: false, beepMs: BEEP_MS };
  #isSpeaking = false;
  #lingering: Disposable | undefined;

  /** @param tell - called with all that is heard, whoever wants it. */
  constructor(clock: Clock, tell: (event: ListenEvent) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Whether the far end speaks, as far as somebody listens. */
  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** A call has media from now on. */
  attach(session: Pick<MediaSession, 'attend'>): void {
    this.detach();
    this.#session = session;
    this.#attend();
  }

  /** The call is over. */
  detach(): void {
    this.#session = undefined;
    this.#asked = { speech: false, tones: false, beepMs: BEEP_MS };
    this.#isSpeaking = false;
    this.#stopLingering();
  }

  /** Tells somebody what is heard, until what is returned is disposed of. */
  follow(wish: Wish): Disposable {
    this.#wishes.add(wish);
    this.#attend();
    return {
      [Symbol.dispose]: () => {
        if (this.#wishes.delete(wish)) this.#attend();
      },
    };
  }

  /** Media has heard something. */
  take(event: ListenEvent): void {
    if (event.type === 'speech') {
      if (!this.#asked.speech || event.isSpeaking === this.#isSpeaking) return;
      this.#isSpeaking = event.isSpeaking;
    }
    for (const wish of [...this.#wishes]) {
      const isWanted = event.type === 'speech' ? wish.speech : wish.tones && isLongEnough(event, wish.beepMs);
      if (isWanted) wish.heard?.(event);
    }
    this.#tell(event);
  }

  #attend(): void {
    if (!this.#session) return;
    const wished = requestOf(this.#wishes);
    const { speech, tones, beepMs } = this.#asked;
    const isLess = (speech && !wished.speech) || (tones && !wished.tones);
    this.#stopLingering();
    if (isLess) this.#linger();
    this.#ask({
      speech: wished.speech || speech,
      tones: wished.tones || tones,
      beepMs: wished.tones ? wished.beepMs : beepMs,
    });
  }

  #linger(): void {
    this.#lingering = this.#clock.schedule(this.#clock.now() + LINGER_MS, () => {
      this.#lingering = undefined;
      this.#ask(requestOf(this.#wishes));
    });
  }

  #stopLingering(): void {
    this.#lingering?.[Symbol.dispose]();
    this.#lingering = undefined;
  }

  #ask(request: ListenRequest): void {
    const asked = this.#asked;
    if (request.speech === asked.speech && request.tones === asked.tones && request.beepMs === asked.beepMs) return;
    this.#asked = request;
    if (!request.speech) this.#isSpeaking = false;
    this.#session?.attend(request);
  }
}

/** Somebody else may want to know of shorter beeps. */
function isLongEnough({ tone, ms }: ToneEvent, beepMs = BEEP_MS): boolean {
  return tone !== 'BEEP' || ms >= beepMs;
}

function requestOf(wishes: ReadonlySet<Wish>): ListenRequest {
  const all = [...wishes];
  const tones = all.filter((wish) => wish.tones);
  return {
    speech: all.some(({ speech }) => speech === true),
    tones: tones.length > 0,
    beepMs: tones.length > 0 ? Math.min(...tones.map(({ beepMs = BEEP_MS }) => beepMs)) : BEEP_MS,
  };
}
