import type { HangupInfo } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { JournalFact } from './journal/journal-entry.ts';
import type { ListenEvent } from './listen-port.ts';
import type { DigitMethod, MediaSession } from './media-port.ts';
import type { ReferReply, ReferredTo } from './signaling-port.ts';
import type { SIPInfo } from './sip/sip-info.ts';
import type { SIPMessage } from './sip/sip-message.ts';
import type { State } from './state.ts';

/** What a call tells the channel that it belongs to. */
export interface CallWatcher {
  /** The channel itself. */
  channel(): Channel;
  connected(other: Channel): void;
  disconnected(other: Channel): void;
  stateChanged(state: State): void;
  digitPressed(digit: string, by: DigitMethod): void;
  heard(event: ListenEvent): void;
  /** There is media from now on. */
  mediaOpened(session: MediaSession): void;
  requestReceived(request: SIPInfo | SIPMessage): void;
  /** The far end holds this side, or does so no more. */
  held(isHeld: boolean): void;
  /** Audio goes past this side from now on, or comes here again. */
  mediaReleased(isReleased: boolean): void;
  /** The far end asks this side to call somebody else. */
  transferRequested(request: ReferredTo, reply: ReferReply): void;
  /** Somebody else has taken the place of the far end. */
  replaced(): void;
  ended(info: HangupInfo): void;
  /** For the journal. */
  happened(fact: JournalFact): void;
}
