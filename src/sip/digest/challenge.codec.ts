import { splitList } from '../message/list.codec.ts';
import { quotedEnd, unquote } from '../message/quoted-string.codec.ts';
import { EQUALS, skipSpace, tokenEnd } from '../message/token.codec.ts';

/** A Digest challenge (RFC 3261 §22, RFC 7616 §3.3, RFC 8760). */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  /** Given back as it is, also when it is empty. */
  readonly opaque?: string | undefined;
  /** As written, to be given back the same; `undefined` means MD5. */
  readonly algorithm?: string | undefined;
  /** In lower case; empty when the server knows none (RFC 2069). */
  readonly qop: readonly string[];
  /** The nonce was too old, the rest was right: the same credentials go with the new nonce. */
  readonly stale: boolean;
}

/**
 * Reads the value of a WWW-Authenticate or Proxy-Authenticate header field.
 *
 * Takes several challenges in one value, `qop` with and without quotes, escaped characters, unknown parameters. Challenges of other
 * schemes, and those without realm or nonce or with line breaks in them, are left out: nothing can be done with them.
 */
export function parseChallenges(value: string): Challenge[] {
  return splitChallenges(value).flatMap(({ scheme, params }) => {
    const realm = params.get('realm');
    const nonce = params.get('nonce');
    if (scheme !== 'digest' || realm === undefined || !nonce || [...params.values()].some(hasLineBreak)) return [];
    return [
      {
        realm,
        nonce,
        opaque: params.get('opaque'),
        algorithm: params.get('algorithm'),
        qop: (params.get('qop') ?? '')
          .toLowerCase()
          .split(/[\s,]+/u)
          .filter(Boolean),
        stale: params.get('stale')?.toLowerCase() === 'true',
      },
    ];
  });
}

interface RawChallenge {
  readonly scheme: string;
  /** Names in lower case; the first of each name counts. */
  readonly params: Map<string, string>;
}

/**
 * Takes `Scheme name=value, name="value", Scheme name=value` apart. Each element between commas is a parameter, or a scheme with the
 * first of its parameters; what is neither is passed over.
 */
function splitChallenges(text: string): RawChallenge[] {
  const challenges: RawChallenge[] = [];
  let last = '';
  for (const element of splitList(text)) {
    const end = tokenEnd(element, 0);
    const after = skipSpace(element, end);
    const current = challenges.at(-1);
    if (element.charCodeAt(after) === EQUALS) {
      last = current ? addParam(current, element) : '';
    } else if (current && last === 'qop' && after === element.length) {
      // A list without quotes, qop=auth,auth-int: its second word stands alone between commas, as no parameter does.
      current.params.set('qop', `${current.params.get('qop') ?? ''},${element}`);
    } else {
      const begun = { scheme: element.slice(0, end).toLowerCase(), params: new Map<string, string>() };
      challenges.push(begun);
      last = addParam(begun, element.slice(after));
    }
  }
  return challenges;
}

/** Reads `name=value` and gives its name. Some servers leave the quotes off values that are no tokens, such as a nonce in base64. */
function addParam({ params }: RawChallenge, text: string): string {
  const end = tokenEnd(text, 0);
  const equals = skipSpace(text, end);
  if (end === 0 || text.charCodeAt(equals) !== EQUALS) return '';
  const name = text.slice(0, end).toLowerCase();
  const written = text.slice(skipSpace(text, equals + 1));
  const closing = written.startsWith('"') ? quotedEnd(written, 0) : written.length;
  if (closing < 0) return '';
  if (!params.has(name)) params.set(name, written.startsWith('"') ? unquote(written.slice(0, closing)) : written);
  return name;
}

/** A value goes back to the server in a header field, where a line break would end it. */
function hasLineBreak(value: string): boolean {
  return /[\r\n\0]/u.test(value);
}
