import type { DigitsRequest } from '../../channel/media-port.ts';
import { EVENT_PAYLOAD_SIZE } from '../dtmf/event.codec.ts';
import { EventSender } from '../dtmf/event-sender.state.ts';
import type { MediaObserver } from './media-observer.ts';
import type { RtpSender } from './rtp-sender.ts';

/** Sends digits as telephone-events in place of the audio (RFC 4733). */
export class DigitOutput {
  readonly #observer: MediaObserver;
  readonly #events = new EventSender();
  #task: number | undefined;
  #reason: 'completed' | 'stopped' = 'completed';

  constructor(observer: MediaObserver) {
    this.#observer = observer;
  }

  /** The task that is being carried out. */
  get task(): number | undefined {
    return this.#task;
  }

  start(task: number, request: DigitsRequest): void {
    this.#task = task;
    this.#reason = 'completed';
    this.#events.start(request.digits, request);
  }

  /** Drops what has not begun; a digit that has is still ended properly. */
  stop(): void {
    this.#reason = 'stopped';
    this.#events.stop();
  }

  /**
   * Lets 20 ms pass on the stream.
   *
   * @param payloadType - what to send with; undefined while nothing may be sent
   */
  tick(sender: RtpSender, payloadType: number | undefined): void {
    if (this.#events.tick(sender.timestamp) && payloadType !== undefined) {
      this.#events.write(sender.slab, sender.beginEvent());
      sender.sendEvent(payloadType, this.#events.marker, this.#events.timestamp, EVENT_PAYLOAD_SIZE);
    }
    sender.skipFrames(1);
    if (!this.#events.active) this.end(this.#reason);
  }

  end(reason: 'completed' | 'stopped' | 'closed'): void {
    const task = this.#task;
    if (task === undefined) return;
    this.#task = undefined;
    this.#observer.digitsEnded(task, reason);
  }
}
