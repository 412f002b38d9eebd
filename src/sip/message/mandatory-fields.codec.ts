import { singleBit } from './header-names.codec.ts';
import type { Field, NameAddr, Via } from './message.ts';
import { parseNameAddr } from './name-addr.codec.ts';
import { NO_PARAMS } from './params.codec.ts';
import { digitsEnd, isToken, parseDecimal, skipSpace } from './token.codec.ts';
import { parseVias } from './via.codec.ts';

/** Via elements that are read, over all lines. */
const MAX_VIAS = 64;
/** CSeq numbers are below 2^31 (RFC 3261 §8.1.1.5). */
const MAX_CSEQ = 2 ** 31 - 1;

/** The header fields without which a message is none, and those that say where it ends and how far it may go. */
export interface MandatoryFields {
  readonly vias: readonly Via[];
  readonly topVia: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
  /** As written. */
  readonly contentLength: string | undefined;
  /** The first fault that leaves a response possible. */
  readonly problem: string | undefined;
}

/**
 * Reads and checks what RFC 3261 §8.1.1 demands in every message. `method` is that of the request line, `undefined` for a
 * response. Yields a text that names the fault when not even a response could be built.
 */
export function readMandatoryFields(fields: readonly Field[], method: string | undefined): MandatoryFields | string {
  const vias: Via[] = [];
  let from: string | undefined;
  let to: string | undefined;
  let callId: string | undefined;
  let cseqText: string | undefined;
  let contentLength: string | undefined;
  let problem: string | undefined;
  let seen = 0;
  for (const { name, value } of fields) {
    const bit = singleBit(name);
    if ((seen & bit) !== 0) {
      problem ??= `${name} occurs more than once`;
      continue;
    }
    seen |= bit;
    switch (name) {
      case 'Via': {
        const elements = parseVias(value);
        if (elements === undefined && vias.length === 0) return 'the top Via is malformed';
        if (elements === undefined) problem ??= 'a Via is malformed';
        else vias.push(...elements);
        if (vias.length > MAX_VIAS) return `more than ${MAX_VIAS} Via elements`;
        break;
      }
      case 'From':
        from = value;
        break;
      case 'To':
        to = value;
        break;
      case 'Call-ID':
        callId = value;
        break;
      case 'CSeq':
        cseqText = value;
        break;
      case 'Content-Length':
        contentLength = value;
        break;
      case 'Max-Forwards':
        if (parseDecimal(value, 255) === undefined) problem ??= 'Max-Forwards is not a number from 0 to 255';
        break;
      default:
    }
  }
  const topVia = vias[0];
  if (topVia === undefined) return 'Via is missing';
  if (from === undefined || from === '') return 'From is missing';
  if (to === undefined || to === '') return 'To is missing';
  if (callId === undefined || callId === '') return 'Call-ID is missing';
  const cseq = cseqText === undefined ? undefined : parseCseq(cseqText);
  if (cseq === undefined) return 'CSeq is missing or malformed';
  if (cseq.number > MAX_CSEQ) problem ??= 'the CSeq number is not below 2^31';
  if (method !== undefined && cseq.method !== method) problem ??= 'the CSeq method is not that of the request line';
  if (callId.includes(' ') || callId.includes('\t')) problem ??= 'Call-ID contains white space';
  const fromAddress = parseNameAddr(from);
  const toAddress = parseNameAddr(to);
  if (fromAddress === undefined || hasEmptyTag(fromAddress)) problem ??= 'From is malformed';
  if (toAddress === undefined || hasEmptyTag(toAddress)) problem ??= 'To is malformed';
  return {
    vias,
    topVia,
    from: fromAddress ?? unreadable(from),
    to: toAddress ?? unreadable(to),
    callId,
    cseq,
    contentLength,
    problem,
  };
}

/** `1*DIGIT LWS Method` */
function parseCseq(text: string): { number: number; method: string } | undefined {
  const numberEnd = digitsEnd(text, 0);
  const methodStart = skipSpace(text, numberEnd);
  if (numberEnd === 0 || methodStart === numberEnd) return undefined;
  const method = text.slice(methodStart);
  return isToken(method) ? { number: Number(text.slice(0, numberEnd)), method } : undefined;
}

/** An empty tag identifies nothing, and peers disagree about whether it is one. */
function hasEmptyTag(address: NameAddr): boolean {
  return address.params.has('tag') && !address.params.get('tag');
}

/** Stands for an address that can be copied into the 400 response and used for nothing else. */
function unreadable(raw: string): NameAddr {
  return { uri: { scheme: '', host: '', params: NO_PARAMS, raw }, params: NO_PARAMS };
}
