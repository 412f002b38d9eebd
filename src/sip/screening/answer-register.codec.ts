import type { HeaderField } from '../../channel/signaling-port.ts';
import type { SipRequest } from '../message/message.ts';

/** Seconds that a registration holds when the request does not say (RFC 3261 §10.2.1.1 leaves it to the registrar). */
const DEFAULT_EXPIRES = '3600';

/** What a 200 to REGISTER says when nothing is remembered: the contacts as they came, and how long they hold (§10.3). */
export function registered(request: SipRequest): readonly HeaderField[] {
  const expires = request.first('Expires') ?? DEFAULT_EXPIRES;
  const contacts = request.list('Contact').filter((contact) => contact !== '*');
  return contacts.map((contact) => ({
    name: 'Contact',
    value: /;\s*expires\s*=/iu.test(contact)
      ? contact
      : `${contact};expires=${/^\d{1,10}$/u.test(expires) ? expires : DEFAULT_EXPIRES}`,
  }));
}
