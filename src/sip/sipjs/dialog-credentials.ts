import type { OutgoingRequestMessage, SessionDialog } from 'sip.js/lib/core/index.js';
import { type CredentialsHook, dialogStateOf } from './hooks.ts';

/**
 * Answers the challenges within one dialog. A request that is sent again takes the dialog's next sequence number (RFC 3261 §12.2.1.1);
 * sip.js adds one to the request's own and forgets to tell the dialog, whose next request would have the same number.
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
