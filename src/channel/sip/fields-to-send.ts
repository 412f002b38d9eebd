import { ChannelError } from '../../errors.ts';
import { checkHeaderFields, type HeaderFields } from '../header-field.codec.ts';
import type { HeaderField } from '../signaling-port.ts';
import { SIPHeaderField } from './sip-header-field.ts';

/**
 * The header fields of an INVITE or a 200: those in the list of the channel, but for names that the call brings itself, and then those of
 * the call. Throws `ChannelError` `INVALID_ARGUMENT`.
 */
export function fieldsToSend(
  listed: readonly SIPHeaderField[],
  headers: HeaderFields | undefined,
): readonly HeaderField[] {
  const own = checkHeaderFields(headers);
  const names = new Set(own.map(({ name }) => name.toLowerCase()));
  return [...listed.flatMap(fieldsOf).filter(({ name }) => !names.has(name.toLowerCase())), ...own];
}

function fieldsOf(field: unknown): readonly HeaderField[] {
  if (field instanceof SIPHeaderField) return checkHeaderFields({ [field.name]: field.values });
  throw new ChannelError(
    'INVALID_ARGUMENT',
    'sip.headerFieldsToSend may hold SIPHeaderField objects only; push(new SIPHeaderField(name, value))',
  );
}
