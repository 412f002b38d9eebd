import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChannelError } from '../../src/errors.ts';
import type { Field, SipMessage } from '../../src/sip/message/message.ts';
import { formatNameAddr, parseNameAddr } from '../../src/sip/message/name-addr.codec.ts';
import { MAX_HEAD_BYTES, parseMessage } from '../../src/sip/message/parse-message.codec.ts';
import { scanHead } from '../../src/sip/message/scan-head.codec.ts';
import { responseTo, serializeRequest, serializeResponse } from '../../src/sip/message/serialize-message.codec.ts';
import { escapeUser, formatUri, parseUri } from '../../src/sip/message/uri.codec.ts';
import { mutate } from '../support/mutate.ts';
import { tortureCases } from '../support/torture.ts';

const TOKEN = fc.string({
  unit: fc.constantFrom(..."abcXYZ019-.!%*_+`'~"),
  minLength: 1,
  maxLength: 20,
});
const HOST = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abz09-_.'), minLength: 1, maxLength: 30 }),
  fc.ipV4(),
  fc.ipV6().filter((address) => address.includes(':')),
);
/** Any text without the three characters that are refused. Ends are not trimmed inside quotes. */
const TEXT = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\r\n\0]/u.test(text));
const VALUE = TEXT.map((text) => text.replaceAll(/^[ \t]+|[ \t]+$/gu, ''));
const PARAMS = fc.uniqueArray(
  fc.tuple(
    TOKEN.map((name) => name.toLowerCase()),
    fc.option(TEXT, { nil: undefined }),
  ),
  {
    selector: ([name]) => name,
    maxLength: 5,
  },
);
const URI = fc.record({
  scheme: fc.constantFrom('sip' as const, 'sips' as const),
  user: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(escapeUser), { nil: undefined }),
  host: HOST,
  port: fc.option(fc.nat(65_535), { nil: undefined }),
  params: fc
    .uniqueArray(
      fc.tuple(
        TOKEN.map((name) => name.toLowerCase()),
        fc.option(TOKEN, { nil: undefined }),
      ),
      {
        selector: ([name]) => name,
        maxLength: 4,
      },
    )
    .map((entries) => new Map(entries)),
});
const METHOD = fc.oneof(fc.constantFrom('INVITE', 'BYE', 'OPTIONS', 'ACK'), TOKEN);
const BODY = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const OTHER_FIELDS = fc.array(fc.record({ name: TOKEN.map((token) => `X-${token}`), value: VALUE }), { maxLength: 10 });

function mandatoryFields(method: string, cseq: number, branch: string, tag: string, callId: string): Field[] {
  return [
    { name: 'Via', value: `SIP/2.0/UDP 192.0.2.1:5060;branch=${branch}` },
    { name: 'From', value: `<sip:a@example.com>;tag=${tag}` },
    { name: 'To', value: '<sip:b@example.com>' },
    { name: 'Call-ID', value: callId },
    { name: 'CSeq', value: `${cseq} ${method}` },
  ];
}

function withoutLength(message: SipMessage): Field[] {
  return message.fields.filter((field) => field.name !== 'Content-Length');
}

/** Reads everything that is read late, where a malformed message may say MALFORMED_SIP and nothing else. */
function readAll(message: SipMessage): void {
  message.list('Allow');
  message.first('X-Mine');
  try {
    expect(message.contacts).toBeDefined();
  } catch (error) {
    if (!isChannelError(error) || error.code !== 'MALFORMED_SIP') throw error;
  }
  if (message.kind !== 'request') return;
  const again = parseMessage(responseTo(message, 500, { toTag: 'tag' }));
  expect(again.ok || again.problem).toBe(true);
}

describe('what is serialised parses to what it was', () => {
  it('requests', () => {
    fc.assert(
      fc.property(
        METHOD,
        URI.map(formatUri),
        fc.nat(2 ** 31 - 1),
        TOKEN,
        TOKEN,
        TOKEN,
        OTHER_FIELDS,
        BODY,
        (method, uri, cseq, branch, tag, callId, others, body) => {
          const fields = [...mandatoryFields(method, cseq, branch, tag, callId), ...others];
          const bytes = serializeRequest({ method, uri, fields, body });
          const parsed = parseMessage(bytes);
          if (!parsed.ok || parsed.message.kind !== 'request') throw new Error(JSON.stringify(parsed));
          const { message } = parsed;
          expect(message).toMatchObject({ method, uri, callId, fromTag: tag, cseq: { number: cseq, method } });
          expect(message.topVia.branch).toBe(branch);
          expect(withoutLength(message)).toEqual(fields);
          expect(message.body.equals(body)).toBe(true);
          expect(scanHead(bytes.toString())).toMatchObject({ method, uri, callId, cseqNumber: cseq });
        },
      ),
    );
  });

  it('responses', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 699 }), TEXT, OTHER_FIELDS, BODY, (status, reason, others, body) => {
        const fields = [...mandatoryFields('INVITE', 1, 'b', 't', 'c'), ...others];
        const parsed = parseMessage(serializeResponse({ status, reason, fields, body }));
        if (!parsed.ok || parsed.message.kind !== 'response') throw new Error(JSON.stringify(parsed));
        expect(parsed.message).toMatchObject({ status, reason });
        expect(withoutLength(parsed.message)).toEqual(fields);
        expect(parsed.message.body.equals(body)).toBe(true);
      }),
    );
  });

  it('URIs', () => {
    fc.assert(
      fc.property(URI, (parts) => {
        const raw = formatUri(parts);
        expect(parseUri(raw)).toEqual({ ...parts, password: undefined, headers: undefined, raw });
      }),
    );
  });

  it('addresses with any display name and any parameter value', () => {
    fc.assert(
      fc.property(TEXT, URI.map(formatUri), PARAMS, (displayName, uri, entries) => {
        const params = new Map(entries);
        const address = parseNameAddr(formatNameAddr({ displayName, uri, params }));
        expect(address?.displayName ?? '').toBe(displayName);
        expect(address?.uri.raw).toBe(uri);
        expect([...(address?.params ?? [])]).toEqual([...params]);
      }),
    );
  });
});

describe('damaged messages', () => {
  const cases = tortureCases();

  it('never make the parser throw, and what it accepts can be read and answered', () => {
    let accepted = 0;
    for (let seed = 0; seed < 30_000; seed += 1) {
      const bytes = mutate(cases[seed % cases.length]?.bytes ?? Buffer.alloc(0), seed);
      try {
        const parsed = parseMessage(bytes);
        if (parsed.ok) {
          accepted += 1;
          readAll(parsed.message);
        } else if (parsed.answerable !== undefined) {
          responseTo(parsed.answerable.request, parsed.answerable.status, { toTag: 'tag' });
        }
        scanHead(bytes.toString());
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(bytes.toString('latin1'))}`, { cause: error });
      }
    }
    expect(accepted).toBeGreaterThan(3_000);
  });

  it('random bytes neither', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.string(), (bytes, text) => {
        parseMessage(Buffer.from(bytes));
        scanHead(text);
      }),
    );
  });

  it.each([
    ['quotes', '"'],
    ['escapes', '"\\'],
    ['opening brackets', '<'],
    ['commas', ','],
    ['semicolons', ';'],
    ['parameters', ';a'],
    ['equals signs', ';a='],
    ['spaces', ' '],
    ['colons', ':'],
    ['slashes', '/'],
    ['at signs', '@'],
    ['question marks', '?'],
    ['NUL', '\\\0'],
    ['folds', '\r\n '],
    ['line ends', '\r\n'],
    ['carriage returns', '\r'],
  ])('full of %s take time that grows with their size and not with its square', (_what, piece) => {
    const base = ['INVITE sip:b@c SIP/2.0', 'Via: SIP/2.0/UDP h', 'From: <sip:a@b>', 'To: <sip:b@c>', 'Call-ID: x'];
    const costOf = (size: number): number => {
      const filler = piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
      const messages = ['Via: SIP/2.0/UDP h', 'From: <sip:a@b>', 'Contact: sip:a@b', 'X-Mine: '].map((start) =>
        Buffer.from(
          [
            ...base.filter((line) => !start.startsWith(line.slice(0, 4))),
            'CSeq: 1 INVITE',
            `${start}${filler}`,
            '',
            '',
          ].join('\r\n'),
        ),
      );
      const rounds = 3;
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < rounds; round += 1) {
        const before = process.cpuUsage();
        for (const bytes of messages) {
          const parsed = parseMessage(bytes);
          if (parsed.ok) readAll(parsed.message);
        }
        const used = process.cpuUsage(before);
        best = Math.min(best, used.user + used.system);
      }
      return best;
    };
    // A square law would take 64 times as long for eight times the size; 20 ms is the slack for what a busy machine adds.
    const small = costOf(4_000);
    expect(costOf(MAX_HEAD_BYTES - 500)).toBeLessThan(small * 24 + 20_000);
  });
});
