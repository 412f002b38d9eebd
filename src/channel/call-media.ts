import { ChannelError, type HangupInfo, isChannelError } from '../errors.ts';
import type { SessionDescription } from '../media-description.ts';
import type { CallWatcher } from './call-watcher.ts';
import { Cause } from './cause.ts';
import type { ChannelEnvironment } from './channel-environment.ts';
import type { ListenEvent } from './listen-port.ts';
import type { DigitMethod, MediaOpenOptions, MediaSession } from './media-port.ts';
import type { Release } from './signaling-port.ts';

/** The call that media belongs to. */
export interface MediaOwner {
  readonly isLive: boolean;
  pressed(digit: string, by: DigitMethod): void;
  heard(event: ListenEvent): void;
  readonly watcher: Pick<CallWatcher, 'mediaOpened' | 'mediaReleased'>;
  release(cause: Cause, hangup: HangupInfo, release: Release): void;
}

/** Where media is carried: within the process, near other media. */
export type MediaPlace = Pick<MediaOpenOptions, 'isLocal' | 'near'>;

/** The media of one call: opened when first needed, closed with the call. */
export class CallMedia {
  readonly #environment: ChannelEnvironment;
  readonly #call: MediaOwner;
  /** Counts until it is opened. */
  place: MediaPlace = {};
  #session: MediaSession | undefined;
  #opening: Promise<MediaSession> | undefined;
  #closing: Promise<void> | undefined;
  #local: SessionDescription | undefined;
  #failure: unknown;
  /** Told when audio comes back that goes past this side. */
  #cameBack: (() => void) | undefined;

  constructor(environment: ChannelEnvironment, call: MediaOwner) {
    this.#environment = environment;
    this.#call = call;
  }

  /** The media session once it is open. */
  get session(): MediaSession | undefined {
    return this.#session;
  }

  /** The media session of an answered call. */
  demand(): MediaSession {
    if (!this.#session) throw new ChannelError('INVALID_STATE', 'this call has no media');
    return this.#session;
  }

  /** Takes ports for the call, once. `address` is what the far end can reach. */
  open(address: string, codecs: readonly string[] = this.#environment.codecs): Promise<MediaSession> {
    this.#opening ??= this.#open(address, codecs);
    return this.#opening;
  }

  /** Our answer to the offer that an inbound call came with, or our own offer when it came with none. */
  async describe(address: string, offer: SessionDescription | undefined): Promise<SessionDescription> {
    try {
      const session = await this.open(address);
      this.#local ??= offer ? session.answer(offer) : session.offer();
      return this.#local;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /** Whether this error made the call impossible: nothing is left but to refuse it. */
  isFatal(error: unknown): boolean {
    return this.#failure !== undefined && this.#failure === error;
  }

  /** The call is answered: from now on something has to come from the far end. */
  answered(): void {
    this.#session?.answered();
  }

  /** Whether the far end and that of another call send each other their audio, past this side. */
  get isReleased(): boolean {
    return this.#cameBack !== undefined;
  }

  /**
   * From now on they do.
   *
   * @param cameBack - told once when that is over, but not when it is because of the end of this call.
   */
  released(cameBack: () => void): void {
    const isNew = !this.isReleased;
    this.#cameBack = cameBack;
    if (isNew) this.#call.watcher.mediaReleased(true);
  }

  /** Something was agreed with the far end anew: audio that went past this side comes here again. */
  agreed(): void {
    if (!this.#session?.direct.isReleased) this.#takeBack()?.();
  }

  /** Closes the media, if there is any; what is still being opened sees for itself that the call is over. Safe to repeat. */
  close(): Promise<void> {
    this.#takeBack();
    if (this.#session) this.#closing ??= this.#close(this.#session);
    return this.#closing ?? Promise.resolve();
  }

  #takeBack(): (() => void) | undefined {
    const cameBack = this.#cameBack;
    if (!cameBack) return undefined;
    this.#cameBack = undefined;
    this.#call.watcher.mediaReleased(false);
    return cameBack;
  }

  async #open(address: string, codecs: readonly string[]): Promise<MediaSession> {
    const { publicAddress, media, mediaTimeout, inbandDtmf } = this.#environment;
    const session = await media.open({ address, publicAddress, codecs, mediaTimeout, inbandDtmf, ...this.place });
    if (!this.#call.isLive) {
      await session.close();
      throw new ChannelError('STOPPED', 'the call ended while its media was being opened');
    }
    session.listen((event) => {
      if (event.type === 'digit') this.#call.pressed(event.digit, event.by);
      else if (event.type === 'silent') this.#silent(event.ms);
      else if (event.type === 'failed') this.#failed(event.error);
      else this.#call.heard(event);
    });
    this.#session = session;
    this.#call.watcher.mediaOpened(session);
    return session;
  }

  async #close(session: MediaSession): Promise<void> {
    try {
      await session.close();
    } catch (error) {
      this.#environment.logger.error('the media of a call could not be closed', { error });
    }
  }

  /** The far end is gone without a word: the call is over for us, and it is told so in case it is still there. */
  #silent(ms: number): void {
    this.#environment.logger.warn('nothing has come from the far end for too long; the call is released', { ms });
    this.#call.release(
      Cause.OUTOFORDER,
      { by: 'network', text: `no audio and no report has come from the far end for ${ms / 1000} s` },
      {},
    );
  }

  #failed(error: ChannelError): void {
    this.#environment.logger.error('the media of a call failed; the call is released', { error });
    this.#call.release(
      Cause.ERROR,
      { by: 'network', text: `the media of the call failed: ${error.message}` },
      { status: 500 },
    );
  }
}

/** How to refuse a call that cannot have media, as SIP status and as cause. */
export function refusalFor(error: unknown): { readonly status: number; readonly cause: Cause } {
  if (isChannelError(error)) {
    // RFC 3261 §21.4.26: 488 says that the session described is not acceptable here.
    if (error.code === 'NO_COMMON_CODEC' || error.code === 'MALFORMED_SDP') return { status: 488, cause: Cause.FAILED };
    if (error.code === 'PORTS_EXHAUSTED') return { status: 503, cause: Cause.NOCHANNELS };
  }
  return { status: 500, cause: Cause.ERROR };
}
