import type { Replaces } from '../../channel/signaling-port.ts';
import { ChannelError } from '../../errors.ts';
import { parseParams } from '../message/params.codec.ts';
import { detached } from '../message/token.codec.ts';

/** Longest value that is read. */
const MOST_CHARACTERS = 1024;
/** A Call-ID: one word, or two with an at sign between (RFC 3261 §25.1). */
const CALL_ID = /^[\w\-.!%*+`'~()<>:\\/"[\]?{}]+(?:@[\w\-.!%*+`'~()<>:\\/"[\]?{}]+)?$/u;

/** The value of a Replaces header field (RFC 3891 §6.1); `undefined` when it is malformed, names several dialogs or is too long. */
export function parseReplaces(value: string): Replaces | undefined {
  if (value.length > MOST_CHARACTERS) return undefined;
  const semicolon = value.indexOf(';');
  if (semicolon < 0) return undefined;
  const callId = value.slice(0, semicolon).trim();
  const params = parseParams(value, semicolon);
  const toTag = params?.get('to-tag');
  const fromTag = params?.get('from-tag');
  if (!CALL_ID.test(callId) || params === undefined || !toTag || !fromTag) return undefined;
  return {
    callId: detached(callId),
    toTag: detached(toTag),
    fromTag: detached(fromTag),
    earlyOnly: params.has('early-only'),
  };
}

/**
 * The value of a Replaces header field.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for names that no Replaces can hold.
 */
export function formatReplaces(replaces: Replaces): string {
  const { callId, toTag, fromTag, earlyOnly } = replaces;
  const text = `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`;
  const read = parseReplaces(text);
  if (read?.callId === callId && read.toTag === toTag && read.fromTag === fromTag) return text;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(text)} names no dialog; it takes a Call-ID and the tags of both sides`,
  );
}
