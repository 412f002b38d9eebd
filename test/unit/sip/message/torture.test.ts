import { describe, expect, it } from 'vitest';
import type { NameAddr, SipMessage, SipRequest } from '../../../../src/sip/message/message.ts';
import { parseMessage } from '../../../../src/sip/message/parse-message.codec.ts';
import { parseUri } from '../../../../src/sip/message/uri.codec.ts';
import { tortureCases } from '../../../support/torture.ts';

function accepted(bytes: Buffer): SipMessage {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) throw new Error(`rejected: ${parsed.problem}`);
  return parsed.message;
}

function request(message: SipMessage): SipRequest {
  if (message.kind !== 'request') throw new Error('not a request');
  return message;
}

function uriOf(message: SipMessage): NonNullable<ReturnType<typeof parseUri>> {
  const uri = parseUri(request(message).uri);
  if (uri === undefined) throw new Error('no URI');
  return uri;
}

function contact(message: SipMessage): NameAddr {
  const first = message.contacts === '*' ? undefined : message.contacts[0];
  if (first === undefined) throw new Error('no Contact');
  return first;
}

/** What each key of `fields` reads; a key that is not here fails its test, so none is skipped. */
const READERS: Readonly<Record<string, (message: SipMessage) => unknown>> = {
  method: (message) => request(message).method,
  ruri: (message) => request(message).uri,
  ruriHost: (message) => uriOf(message).host,
  ruriPort: (message) => uriOf(message).port ?? null,
  ruriParams: (message) => Object.fromEntries(uriOf(message).params),
  ruriUserDecoded: (message) => decodeURIComponent(uriOf(message).user ?? ''),
  toUserDecoded: (message) => decodeURIComponent(message.to.uri.user ?? ''),
  cseq: (message) => message.cseq.number,
  maxForwards: (message) => Number(message.first('Max-Forwards')),
  callId: (message) => message.callId,
  fromDisplay: (message) => message.from.displayName,
  fromTag: (message) => message.fromTag ?? null,
  toTag: (message) => message.toTag ?? null,
  viaCount: (message) => message.vias.length,
  viaHosts: (message) => message.vias.map((via) => via.host),
  viaTransports: (message) => message.vias.map((via) => via.transport),
  topViaHost: (message) => message.topVia.host,
  topViaPort: (message) => message.topVia.port,
  received: (message) => message.topVia.params.get('received'),
  subject: (message) => message.first('Subject'),
  contactCount: (message) => message.contacts.length,
  contactQ: (message) => Number(contact(message).params.get('q')),
  contactDisplay: (message) => contact(message).displayName,
  bodyLength: (message) => (message.first('Content-Length') === undefined ? null : message.body.length),
  status: (message) => message.kind === 'response' && message.status,
  reason: (message) => message.kind === 'response' && message.reason,
  sdpC: (message) => /^c=(.*)\r$/mu.exec(message.body.toString())?.[1],
  responseUnsupported: (message) => message.list('Require'),
};

const CASES = tortureCases();

describe('torture messages', () => {
  it('are all there: 49 of RFC 4475 and 12 of RFC 5118', () => {
    expect(CASES.filter((each) => each.rfc.startsWith('RFC 4475'))).toHaveLength(49);
    expect(CASES.filter((each) => each.rfc.startsWith('RFC 5118'))).toHaveLength(12);
    expect(new Set(CASES.map((each) => each.file)).size).toBe(61);
  });

  describe.each(CASES)('$name ($rfc): $title', ({ bytes, parse, kind, fields, uas, dropOk }) => {
    const parsed = parseMessage(bytes);

    it(`is ${parse === 'either' ? 'accepted or rejected' : `${parse}ed`}`, () => {
      if (parse !== 'either') expect({ ok: parsed.ok }).toEqual({ ok: parse === 'accept' });
    });

    it('is answerable when rejected, unless silence is right', () => {
      if (parsed.ok) {
        expect(parsed.message.kind).toBe(kind);
      } else if (kind === 'response') {
        expect(parsed.answerable).toBeUndefined();
      } else if (parsed.answerable === undefined) {
        expect(dropOk).toBe(true);
      } else {
        expect(uas).toContain(String(parsed.answerable.status));
      }
    });

    it.each(Object.entries(fields))('has %s %j', (key, expected) => {
      const read = READERS[key];
      if (read === undefined) throw new Error(`no reader for ${key}`);
      expect(read(accepted(bytes))).toEqual(expected);
    });
  });

  it('rejects without an answer only where nothing can be copied into one', () => {
    const silent = CASES.filter(({ bytes, kind }) => {
      const parsed = parseMessage(bytes);
      return kind === 'request' && !parsed.ok && parsed.answerable === undefined;
    });
    expect(silent.map((each) => each.name)).toEqual(['badinv01', 'insuf']);
  });

  it('keeps a binary body byte for byte (RFC 4475 3.1.1.11)', () => {
    const { bytes } = CASES.find((each) => each.name === 'mpart01') ?? { bytes: Buffer.alloc(0) };
    const body = accepted(bytes).body;
    expect(body).toEqual(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
    expect(body.includes(0)).toBe(true);
  });
});
