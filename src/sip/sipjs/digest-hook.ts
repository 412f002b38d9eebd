import type { OutgoingRequestMessage } from 'sip.js/lib/core/index.js';
import type { Credentials } from '../../channel/signaling-port.ts';
import { Authenticator } from '../digest/authenticator.ts';
import type { SipResponse } from '../message/message.ts';
import type { CredentialsHook } from './hooks.ts';

/**
 * Our digest in the place of sip.js's, which knows neither SHA-256 nor several challenges. One for each call: its dialog keeps
 * the challenges that it has met.
 */
export class DigestHook implements CredentialsHook {
  readonly #credentials: readonly Credentials[];
  readonly #createCnonce: () => string;
  #authenticator: Authenticator | undefined;
  #value = '';

  constructor(credentials: readonly Credentials[], createCnonce: () => string) {
    this.#credentials = credentials;
    this.#createCnonce = createCnonce;
  }

  /** @param challenge - the response itself, as {@link IncomingResponse} gives it out. */
  authenticate(request: OutgoingRequestMessage, challenge: unknown): boolean {
    const response = challenge as SipResponse;
    this.#authenticator ??= new Authenticator(this.#credentials, this.#createCnonce);
    const challenges = [
      ...response.lines('WWW-Authenticate').map((value) => ({ proxy: false, value })),
      ...response.lines('Proxy-Authenticate').map((value) => ({ proxy: true, value })),
    ];
    const fields = this.#authenticator.answer(challenges, {
      method: request.method,
      uri: request.ruri.toRaw(),
      body: request.body?.body,
    });
    if (fields === undefined) return false;
    for (const name of ['Authorization', 'Proxy-Authorization'] as const) {
      const values = fields.filter((field) => field.name === name).map(({ value }) => value);
      if (values.length > 0) request.setHeader(name, values);
      // What sip.js sets by itself after this, and as one value only.
      if (name === (response.status === 407 ? 'Proxy-Authorization' : 'Authorization'))
        this.#value = values.join(`\r\n${name}: `);
    }
    return true;
  }

  toString(): string {
    return this.#value;
  }
}
