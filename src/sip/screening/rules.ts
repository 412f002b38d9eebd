import type { HeaderField } from '../../channel/signaling-port.ts';

/** What this user agent understands. */
export interface ScreeningRules {
  /** Methods it serves; answered in Allow. CANCEL and ACK belong in it. */
  readonly allowedMethods: readonly string[];
  /** Option tags it supports; answered in Supported. */
  readonly supported: readonly string[];
  /** Content types of bodies it takes in an INVITE, UPDATE or PRACK, in lower case; answered in Accept. */
  readonly acceptedTypes: readonly string[];
  /** Content types that it expects in INFO, MESSAGE and NOTIFY, in which it takes every other as well; answered in Accept after those. */
  readonly requestTypes: readonly string[];
  /** In lower case, without colon. */
  readonly schemes: readonly string[];
  /** Longest Request-URI in bytes. */
  readonly maxUriBytes: number;
  /** Longest body in bytes. */
  readonly maxBodyBytes: number;
}

/** Rules of a user agent that makes and takes calls. */
export const DEFAULT_RULES: ScreeningRules = {
  allowedMethods: [
    'INVITE',
    'ACK',
    'CANCEL',
    'BYE',
    'OPTIONS',
    'INFO',
    'MESSAGE',
    'NOTIFY',
    'REFER',
    'PRACK',
    'UPDATE',
  ],
  supported: [],
  acceptedTypes: ['application/sdp'],
  requestTypes: ['application/dtmf-relay', 'application/dtmf', 'text/plain', 'message/sipfrag'],
  schemes: ['sip', 'sips', 'tel'],
  maxUriBytes: 4096,
  maxBodyBytes: 65_536,
};

/** A response that the user agent core never gets to see the request of. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly fields: readonly HeaderField[];
}
