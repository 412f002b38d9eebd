import { ChannelError } from '../../errors.ts';
import { handled, type OperationHost, type OperationOptions, runOperation, shown } from '../../operation.ts';
import type { Call } from '../call.ts';
import { Cause } from '../cause.ts';
import { checkAddress } from '../dial.ts';
import { gone } from '../hang-up.ts';
import { type OptionNames, refuseOptions } from '../option-names.ts';
import { State } from '../state.ts';

/** How to send a caller elsewhere. */
export type RedirectOptions = Pick<OperationOptions, 'signal'>;

const OPTIONS: OptionNames<RedirectOptions> = { signal: true };

/** Most addresses that a caller is sent to: they all go into one response. */
const MOST_CONTACTS = 20;

/** Sends the caller of an inbound call elsewhere. */
export function redirect(
  call: Call,
  endless: OperationHost,
  to: string | readonly string[],
  options: RedirectOptions,
): Promise<State> {
  const refused = refuseOptions(call, 'redirect()', options, OPTIONS);
  if (refused) return refused;
  const begin = runOperation(call, { signal: options.signal }, async (stop) => {
    const contacts = checkContacts(to);
    if (call.state !== State.CALL_INCOMING && call.state !== State.RING_INCOMING) {
      throw call.wrongState('redirect()', 'CALL_INCOMING or RING_INCOMING');
    }
    stop.finish();
    // RFC 3261 §21.3: 302 for another place, 300 for a choice of several.
    const status = contacts.length === 1 ? 302 : 300;
    const info = { by: 'local', status, contacts, text: `sent on to ${contacts.join(', ')}` } as const;
    call.release(Cause.NORMAL, info, { status, contacts });
  });
  return handled(begin.then(() => gone(call, endless, options.signal)));
}

function checkContacts(to: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(to) ? to : [to];
  if (list.length === 0 || list.length > MOST_CONTACTS) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `redirect() needs 1 to ${MOST_CONTACTS} SIP URIs, not ${shown(list.length)}`,
    );
  }
  return list.map((each) => checkAddress('to', each));
}
