import { readHostPort } from './host-port.codec.ts';
import { splitList } from './list.codec.ts';
import type { Params, Via } from './message.ts';
import { parseParams } from './params.codec.ts';
import { detached, isSpace, SLASH, skipSpace, tokenEnd } from './token.codec.ts';

/**
 * One Via element (RFC 3261 §20.42). The version is not looked at: a request of another version still needs its Via
 * for the 505 response. A `received` parameter comes out without the brackets that some write around IPv6 (RFC 5118 §4.5).
 */
export function parseVia(text: string): Via | undefined {
  const nameEnd = tokenEnd(text, 0);
  if (nameEnd !== 3 || text.slice(0, 3).toUpperCase() !== 'SIP') return undefined;
  const versionStart = afterSlash(text, nameEnd);
  const versionEnd = tokenEnd(text, versionStart);
  if (versionEnd === versionStart) return undefined;
  const transportStart = afterSlash(text, versionEnd);
  const transportEnd = tokenEnd(text, transportStart);
  if (transportEnd === transportStart) return undefined;
  if (!isSpace(text.charCodeAt(transportEnd))) return undefined;
  const sentBy = readHostPort(text, skipSpace(text, transportEnd));
  if (sentBy === undefined) return undefined;
  const params = parseParams(text, sentBy.end);
  if (params === undefined) return undefined;
  const branch = params.get('branch');
  return {
    transport: text.slice(transportStart, transportEnd).toUpperCase(),
    host: sentBy.host,
    port: sentBy.port,
    branch: branch === undefined ? undefined : detached(branch),
    params: params.has('received') ? withBareReceived(params) : params,
  };
}

/** Every element of one Via line, or `undefined` when one of them is malformed or there is none. */
export function parseVias(line: string): Via[] | undefined {
  const vias: Via[] = [];
  for (const element of splitList(line)) {
    const via = parseVia(element);
    if (via === undefined) return undefined;
    vias.push(via);
  }
  return vias.length > 0 ? vias : undefined;
}

/** Position after a slash with any space around it, or the end of the text, where no token begins. */
function afterSlash(text: string, from: number): number {
  const slash = skipSpace(text, from);
  return text.charCodeAt(slash) === SLASH ? skipSpace(text, slash + 1) : text.length;
}

function withBareReceived(params: Params): Params {
  const received = params.get('received');
  if (received === undefined || !received.startsWith('[') || !received.endsWith(']')) return params;
  return new Map(params).set('received', received.slice(1, -1));
}
