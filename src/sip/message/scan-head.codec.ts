import { canonicalNameAt } from './header-names.codec.ts';
import { splitList } from './list.codec.ts';
import type { Via } from './message.ts';
import { COLON, digitsEnd, isSpace, skipSpace, tokenEnd, trimmed } from './token.codec.ts';
import { parseVia } from './via.codec.ts';

/** The little that a layer below the transactions has to know about a message that is on its way out. */
export interface ScannedHead {
  readonly kind: 'request' | 'response';
  /** Of the request line; for a response the method of its CSeq. */
  readonly method: string;
  /** `undefined` for a request. */
  readonly status: number | undefined;
  /** `undefined` for a response. */
  readonly uri: string | undefined;
  readonly topVia: Via;
  /** Where the line of the top Via begins and where its CRLF stands, folded lines included. */
  readonly viaStart: number;
  readonly viaEnd: number;
  readonly callId: string;
  readonly cseqNumber: number;
  readonly cseqMethod: string;
}

/**
 * Reads start line, top Via, Call-ID and CSeq out of a message text in one pass, and stops as soon as it has them. Meant for
 * messages that this program made; `undefined` when one of these is missing or cannot be read.
 */
export function scanHead(text: string): ScannedHead | undefined {
  let end = text.indexOf('\r\n');
  if (end < 0) return undefined;
  const isResponse = text.startsWith('SIP/2.0 ');
  const methodEnd = isResponse ? 7 : text.indexOf(' ');
  const status = isResponse ? Number(text.slice(8, 11)) : undefined;
  const uriEnd = text.lastIndexOf(' ', end);
  if (methodEnd <= 0 || (isResponse ? !(status !== undefined && status >= 100) : uriEnd <= methodEnd)) return undefined;
  let topVia: Via | undefined;
  let viaStart = -1;
  let viaEnd = -1;
  let callId: string | undefined;
  let cseq: string | undefined;
  while (topVia === undefined || callId === undefined || cseq === undefined) {
    const start = end + 2;
    end = endOfField(text, start);
    if (end <= start) return undefined;
    const nameEnd = tokenEnd(text, start);
    const colon = skipSpace(text, nameEnd);
    if (text.charCodeAt(colon) !== COLON) return undefined;
    switch (canonicalNameAt(text, start, nameEnd)) {
      case 'Via': {
        if (viaStart >= 0) break;
        viaStart = start;
        viaEnd = end;
        topVia = parseVia(splitList(valueAt(text, colon + 1, end))[0] ?? '');
        if (topVia === undefined) return undefined;
        break;
      }
      case 'Call-ID':
        callId ??= valueAt(text, colon + 1, end);
        break;
      case 'CSeq':
        cseq ??= valueAt(text, colon + 1, end);
        break;
      default:
    }
  }
  const numberEnd = digitsEnd(cseq, 0);
  const cseqMethod = cseq.slice(skipSpace(cseq, numberEnd));
  if (numberEnd === 0 || cseqMethod === '') return undefined;
  return {
    kind: isResponse ? 'response' : 'request',
    method: isResponse ? cseqMethod : text.slice(0, methodEnd),
    status,
    uri: isResponse ? undefined : text.slice(methodEnd + 1, uriEnd),
    topVia,
    viaStart,
    viaEnd,
    callId,
    cseqNumber: Number(cseq.slice(0, numberEnd)),
    cseqMethod,
  };
}

/** Position of the CRLF that ends the field, its folded lines included; -1 when there is none. */
function endOfField(text: string, from: number): number {
  let end = text.indexOf('\r\n', from);
  while (end >= 0 && isSpace(text.charCodeAt(end + 2))) end = text.indexOf('\r\n', end + 2);
  return end;
}

function valueAt(text: string, from: number, end: number): string {
  const value = trimmed(text, from, end);
  return value.includes('\r\n') ? value.replaceAll('\r\n', ' ') : value;
}
