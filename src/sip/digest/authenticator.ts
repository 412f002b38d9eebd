import type { Credentials } from '../../channel/signaling-port.ts';
import { ChannelError } from '../../errors.ts';
import { refuseLineBreaks } from '../message/quoted-string.codec.ts';
import {
  type AuthorizationField,
  type ChallengedRequest,
  type ChallengeField,
  DigestSession,
} from './digest-session.state.ts';
import { nodeHash } from './hash.ts';

/**
 * Answers the challenges that one dialog, or one request outside of any, meets (RFC 3261 §22).
 *
 * ACK carries the header fields of the INVITE that it belongs to, unchanged; CANCEL carries none, as it cannot be challenged (§22.1).
 */
export class Authenticator {
  readonly #session: DigestSession;
  readonly #createCnonce: () => string;

  /** @param createCnonce - random text for the `cnonce` parameter, another one each time */
  constructor(credentials: readonly Credentials[], createCnonce: () => string) {
    for (const { username } of credentials) {
      if (username === '') throw new ChannelError('INVALID_ARGUMENT', 'credentials.username must not be empty');
      refuseLineBreaks(username, 'credentials.username');
    }
    this.#session = new DigestSession(credentials, nodeHash);
    this.#createCnonce = createCnonce;
  }

  /**
   * The header fields to send a request again with after a 401 or 407: those for these challenges and for all before.
   * `undefined` means give up: the challenge cannot be answered, or the credentials were refused. A request of another method than
   * the last is taken for a new one; before a second request of the same method (a re-INVITE) call {@link Authenticator.refresh}.
   */
  answer(challenges: readonly ChallengeField[], request: ChallengedRequest): AuthorizationField[] | undefined {
    return this.#session.answer(challenges, request, this.#createCnonce);
  }

  /** The header fields for the next request in the dialog; none when nothing was challenged so far. */
  refresh(request: ChallengedRequest): AuthorizationField[] {
    return this.#session.refresh(request, this.#createCnonce);
  }
}
