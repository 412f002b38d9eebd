import type { OutgoingRequestMessage, SessionDialog } from 'sip.js/lib/core/index.js';
import { type CredentialsHook, dialogStateOf } from './hooks.ts';

/**
 * Answers the challenges to requests within one dialog, but for INVITE. A request that is sent again takes the dialog's next sequence
 * number (RFC 3261 §12.2.1.1); only for a re-INVITE does sip.js do so. For all others it adds one to the request's own number, which the
 * next request of the dialog would have too.
 */
export class DialogCredentials implements CredentialsHook {
  readonly #hook: CredentialsHook;
  readonly #dialog: SessionDialog;

  constructor(hook: CredentialsHook, dialog: SessionDialog) {
    this.#hook = hook;
    this.#dialog = dialog;
  }

  authenticate(request: OutgoingRequestMessage, challenge: unknown): boolean {
    if (!this.#hook.authenticate(request, challenge)) return false;
    const state = dialogStateOf(this.#dialog);
    // sip.js adds the one.
    request.cseq = state.localSequenceNumber ?? request.cseq;
    state.localSequenceNumber = request.cseq + 1;
    return true;
  }

  toString(): string {
    return this.#hook.toString();
  }
}
