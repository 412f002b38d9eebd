import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { acceptAnswer } from '../../../../src/media/negotiation/accept-answer.codec.ts';
import { createAnswer } from '../../../../src/media/negotiation/create-answer.codec.ts';
import { createOffer } from '../../../../src/media/negotiation/create-offer.codec.ts';
import type { LocalMedia } from '../../../../src/media/negotiation/local-media.ts';
import { nextVersion } from '../../../../src/media/negotiation/next-version.codec.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';
import { failure, LOCAL, meaning } from './negotiation-support.ts';

interface Exchange {
  readonly we: 'offer' | 'answer';
  readonly offer: string;
  readonly answer?: string;
  readonly localAfter?: string;
  readonly expectedAnswer?: string;
}

interface Expectation {
  /** What the case shows, and where we differ from a side that has video and other codecs. */
  readonly shows: string;
  readonly codecs?: LocalMedia['codecs'];
  /** We answer: our lines, each by its meaning. */
  readonly lines?: readonly string[];
  /** Lines on which we say just what the case expects, by index. */
  readonly same?: readonly number[];
  /** We offer: what the answer settles. */
  readonly plan?: string;
  /** We offer again in the same call: our lines, made from those of the exchange before. */
  readonly reoffer?: readonly string[];
  /** The exchange cannot be had with our codecs. */
  readonly fails?: 'NO_COMMON_CODEC' | 'MALFORMED_SDP';
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/offer-answer.json', import.meta.url), 'utf8'),
) as {
  cases: { title: string; source: string; exchanges: Exchange[] }[];
};

const EXPECTED: Record<string, readonly Expectation[]> = {
  "RFC 3264 example 10.1 (Alice's view)": [
    { shows: 'one of three lines refused by the answer', plan: 'PCMU/0 sendrecv 49920' },
    {
      shows: 'a line that stays refused, a new line that is refused; video, which the example takes, is refused',
      lines: ['audio 0 sendrecv', 'video refused', 'video refused', 'audio refused'],
      same: [0, 1, 3],
    },
  ],
  "RFC 3264 example 10.1 (Bob's view)": [
    {
      shows: 'one of three lines taken; the second video, which the example takes, is refused',
      lines: ['audio 0 sendrecv', 'video refused', 'video refused'],
      same: [0, 1],
    },
    { shows: 'a fourth line of telephone-events alone is not our audio line', plan: 'PCMU/0 sendrecv 49170' },
  ],
  "RFC 3264 example 10.2 (Alice's view)": [
    { shows: 'an inactive line with several codecs', plan: 'PCMU/0 inactive 54344' },
    { shows: 'an offer of G.723 alone, which is not ours', fails: 'NO_COMMON_CODEC' },
  ],
  "RFC 3264 example 10.2 (Bob's view)": [
    { shows: 'one of several codecs taken, inactive', lines: ['audio 0 inactive'], same: [0] },
    { shows: 'an offer of G.723 alone, which is not ours', fails: 'NO_COMMON_CODEC' },
  ],
  "RFC 4317 section 2.1: Audio and Video 1 (Alice's view)": [
    { shows: 'one of three codecs answered', plan: 'PCMU/0 sendrecv 49174' },
  ],
  "RFC 4317 section 2.1: Audio and Video 1 (Bob's view)": [
    {
      shows: 'one of three codecs taken; video, which the example takes, is refused',
      codecs: ['PCMU'],
      lines: ['audio 0 sendrecv', 'video refused'],
      same: [0],
    },
  ],
  "RFC 4317 section 2.2: Audio and Video 2 (Alice's view)": [
    { shows: 'two codecs answered, video refused', plan: 'PCMU/0 sendrecv 49172' },
    { shows: 'a second offer on another port, with the refused line kept', plan: 'PCMU/0 sendrecv 49172' },
  ],
  "RFC 4317 section 2.2: Audio and Video 2 (Bob's view)": [
    { shows: 'both common codecs taken, video refused', lines: ['audio 0,8 sendrecv', 'video refused'], same: [0, 1] },
    {
      shows: 'a side that answers with one codec only: we always name all common ones',
      lines: ['audio 0,8 sendrecv', 'video refused'],
      same: [1],
    },
    {
      shows: 'a second offer that drops a codec and keeps the refused line',
      lines: ['audio 0 sendrecv', 'video refused'],
      same: [0, 1],
    },
  ],
  "RFC 4317 section 2.4: Audio and Telephone-Events (Alice's view)": [
    { shows: 'iLBC chosen by the answer, which is not ours', fails: 'NO_COMMON_CODEC' },
  ],
  "RFC 4317 section 2.4: Audio and Telephone-Events (Bob's view)": [
    {
      shows: 'telephone-events on a line of their own: PCMU instead of iLBC, the second line refused',
      lines: ['audio 0 sendrecv', 'audio refused'],
      same: [],
    },
  ],
  "RFC 4317 section 2.6: Audio with Telephone-Events (Alice's view)": [
    { shows: 'the line with our codec refused, the one with iLBC taken', fails: 'NO_COMMON_CODEC' },
  ],
  "RFC 4317 section 2.6: Audio with Telephone-Events (Bob's view)": [
    {
      shows: 'a choice between two audio lines: ours is the one with PCMU, not the one with iLBC',
      lines: ['audio 0 sendrecv', 'audio refused'],
      same: [],
    },
  ],
  'An answer that leaves out the refused line': [
    { shows: 'a missing line reads as refused', plan: 'PCMU/0 sendrecv 49170' },
  ],
  'An answer with another kind of media in the second line': [
    { shows: 'a wrong line that is not ours does no harm', plan: 'PCMU/0 sendrecv 49170' },
  ],
  'A second offer that has only one of three streams left': [
    { shows: 'the first of two audio lines is ours', plan: 'PCMU/0 sendrecv 4000' },
    {
      shows: 'dropped lines are kept as refused',
      reoffer: ['audio 0 sendrecv', 'audio refused', 'video refused'],
      plan: 'PCMU/0 sendrecv 7000',
    },
  ],
  'A second offer whose streams stand in another order': [
    { shows: 'audio before video', plan: 'PCMU/0 sendrecv 4000' },
    {
      shows: 'lines keep their places; video, which the case keeps, is refused',
      reoffer: ['audio 0 sendrecv', 'video refused'],
      plan: 'PCMU/0 sendrecv 7000',
    },
  ],
  'A second offer with fewer streams, in another order': [
    { shows: 'the first of two audio lines is ours', plan: 'PCMU/0 sendrecv 4000' },
    {
      shows: 'lines keep their places; video, which the case keeps, is refused',
      reoffer: ['audio 0 sendrecv', 'audio refused', 'video refused'],
      plan: 'PCMU/0 sendrecv 4000',
    },
  ],
  'Telephone-events at two clock rates': [
    {
      shows: 'the event format of our clock rate under the number of the offer; Speex is not ours',
      lines: ['audio 0,98 sendrecv'],
      same: [],
    },
    {
      shows: 'a side that answers with one codec only, Speex: ours is PCMU again',
      lines: ['audio 0,98 sendrecv'],
      same: [],
    },
    { shows: 'Speex chosen by the answer, which is not ours', fails: 'NO_COMMON_CODEC' },
  ],
  'An offer of AMR and G.722 only': [{ shows: 'none of the codecs is ours', fails: 'NO_COMMON_CODEC' }],
};

function checkAnswer(exchange: Exchange, expected: Expectation): void {
  const local = { ...LOCAL, codecs: expected.codecs ?? LOCAL.codecs };
  const offer = parseSdp(exchange.offer);
  if (expected.fails) {
    expect(failure(() => createAnswer(local, offer)).code).toBe(expected.fails);
    return;
  }
  const ours = createAnswer(local, offer).description.media.map(meaning);
  const theirs = parseSdp(exchange.expectedAnswer ?? '').media.map(meaning);
  expect(ours).toEqual(expected.lines);
  expect(ours).toHaveLength(theirs.length);
  expect(ours.flatMap((line, index) => (line === theirs[index] ? [index] : []))).toEqual(expected.same);
}

function checkOffer(exchange: Exchange, before: Exchange | undefined, expected: Expectation): void {
  let offer = parseSdp(exchange.offer);
  const answer = parseSdp(exchange.answer ?? '');
  if (expected.reoffer) {
    const previous = parseSdp(before?.localAfter ?? '');
    offer = nextVersion(previous, createOffer({ ...LOCAL, codecs: ['PCMU'] }, previous));
    const after = parseSdp(exchange.localAfter ?? '');
    expect(offer.media.map(({ kind, formats: [first] }) => [kind, first])).toEqual(
      after.media.map(({ kind, formats: [first] }) => [kind, first]),
    );
    expect(offer.media.map((line) => meaning(line).replace(',101', ''))).toEqual(expected.reoffer);
    expect(offer.origin.sessionVersion).toBe(after.origin.sessionVersion);
  }
  if (expected.fails) {
    expect(failure(() => acceptAnswer(LOCAL, offer, answer)).code).toBe(expected.fails);
    return;
  }
  const { codec, sendPayloadType, direction, remote } = acceptAnswer(LOCAL, offer, answer);
  expect(`${codec}/${sendPayloadType} ${direction} ${remote.rtpPort}`).toBe(expected.plan);
}

describe('offers and answers of RFC 3264, RFC 4317 and other implementations', () => {
  it('has an expectation for every exchange', () => {
    const counted = Object.fromEntries(cases.map(({ title, exchanges }) => [title, exchanges.length]));
    expect(Object.fromEntries(Object.entries(EXPECTED).map(([title, list]) => [title, list.length]))).toEqual(counted);
  });

  for (const { title, exchanges } of cases) {
    for (const [index, exchange] of exchanges.entries()) {
      const expected = EXPECTED[title]?.[index];
      it(`${title}, exchange ${index + 1}: ${expected?.shows}`, () => {
        if (!expected) throw new Error('no expectation');
        if (exchange.we === 'answer') checkAnswer(exchange, expected);
        else checkOffer(exchange, exchanges[index - 1], expected);
      });
    }
  }
});
