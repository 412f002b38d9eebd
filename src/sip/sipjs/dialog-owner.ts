import type { UserAgentServer } from 'sip.js/lib/core/index.js';
import type { LegBase } from '../leg.ts';

/** Whose a dialog is, and who is told of requests in it that sip.js has no way to tell of. */
export interface DialogOwner {
  readonly leg: LegBase;
  /** UPDATE, in sequence and without an answer. */
  updated(server: UserAgentServer): void;
}
