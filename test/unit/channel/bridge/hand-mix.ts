import type { MediaSession } from '../../../../src/channel/media-port.ts';
import type { Mix, MixEvent, MixSeat, MixSettings } from '../../../../src/channel/mix-port.ts';
import { ChannelError } from '../../../../src/errors.ts';

/** A mix that carries nothing: it keeps what is asked of it, and a test says what is noticed in it. */
export class HandMix implements Mix<MediaSession> {
  readonly seats = new Map<MediaSession, Partial<MixSettings>>();
  isClosed = false;
  /** The session that cannot take part. */
  refused: MediaSession | undefined;
  notice: (event: MixEvent<MediaSession>) => void = () => undefined;

  join(session: MediaSession, settings: Partial<MixSettings> = {}): MixSeat {
    if (session === this.refused) throw new ChannelError('INVALID_STATE', 'carried by another thread');
    this.seats.set(session, settings);
    return {
      change: (changed) => void this.seats.set(session, { ...this.seats.get(session), ...changed }),
      leave: () => void this.seats.delete(session),
    };
  }

  async levels(): Promise<ReadonlyMap<MediaSession, number>> {
    return new Map([...this.seats.keys()].map((session, index) => [session, -10 * (index + 1)]));
  }

  listen(listener: (event: MixEvent<MediaSession>) => void): void {
    this.notice = listener;
  }

  close(): void {
    this.isClosed = true;
    this.seats.clear();
  }
}
