import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_FRAMING_LIMITS,
  EMPTY_STREAM,
  type FramingEvent,
  type FramingLimits,
  frame,
  isMidMessage,
} from '../../../../src/sip/transport/stream-framing.state.ts';

/** Feeds a stream in pieces that end at `cuts`. */
function cut(
  stream: Buffer,
  cuts: readonly number[],
  limits: FramingLimits = DEFAULT_FRAMING_LIMITS,
): { events: FramingEvent[]; midMessage: boolean } {
  const events: FramingEvent[] = [];
  let state = EMPTY_STREAM;
  const ends = [...new Set(cuts)].filter((end) => end > 0 && end < stream.length).sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, stream.length]) {
    const step = frame(state, Buffer.from(stream.subarray(start, end)), limits);
    state = step.state;
    events.push(...step.events);
    start = end;
  }
  return { events, midMessage: isMidMessage(state) };
}

const whole = (text: string, limits?: FramingLimits): FramingEvent[] =>
  cut(Buffer.from(text, 'latin1'), [], limits).events;
const messages = (events: readonly FramingEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'message' ? [event.bytes.toString('latin1')] : []));
const message = (body: string, name = 'Content-Length'): string =>
  `INFO sip:a@b SIP/2.0\r\nX: y\r\n${name}: ${body.length}\r\n\r\n${body}`;

describe('a stream', () => {
  it('is cut by Content-Length, in long and compact form, any case, folded', () => {
    const parts = [
      message('one'),
      message('', 'l'),
      message('\r\n\r\nINFO', 'CONTENT-LENGTH '),
      'INFO x SIP/2.0\r\nContent-Length:\r\n  3\r\n\r\nabc',
    ];
    expect(messages(whole(parts.join('')))).toEqual(parts);
  });

  it('counts bytes and not characters', () => {
    const body = Buffer.from('ä€😀');
    const stream = Buffer.concat([
      Buffer.from(`INFO x SIP/2.0\r\nl:${body.length}\r\n\r\n`),
      body,
      Buffer.from(message('next')),
    ]);
    expect(messages(cut(stream, []).events)).toEqual([
      stream.subarray(0, stream.length - message('next').length).toString('latin1'),
      message('next'),
    ]);
  });

  it('asks for an answer to a double CRLF, not to a single one, between messages only (RFC 5626 §4.4.1)', () => {
    const types = (text: string): string[] => whole(text).map(({ type }) => type);
    expect(types('\r\n\r\n')).toEqual(['ping']);
    expect(types(`\r\n${message('a')}`)).toEqual(['message']);
    expect(types(`${message('a')}\r\n\r\n${message('b')}`)).toEqual(['message', 'ping', 'message']);
    expect(types('\r\n'.repeat(1000))).toEqual(['ping']);
  });

  it('gives the same messages however it is split', () => {
    const body = fc.oneof(fc.string(), fc.constant('\r\n\r\n'), fc.constant('\r\nContent-Length: 5\r\n\r\n'));
    const part = fc.oneof(
      body
        .map((text) => Buffer.from(text))
        .map((bytes) =>
          Buffer.concat([Buffer.from(`INFO x SIP/2.0\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]),
        ),
      fc.constantFrom('\r\n', '\r\n\r\n').map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.array(fc.nat(300)), (parts, cuts) => {
        const stream = Buffer.concat(parts);
        expect(messages(cut(stream, cuts).events)).toEqual(messages(cut(stream, []).events));
        expect(messages(cut(stream, []).events)).toEqual(
          parts.filter((bytes) => bytes.length > 4).map((bytes) => bytes.toString('latin1')),
        );
      }),
    );
  });

  it('breaks in the same way however it is split', () => {
    fc.assert(
      fc.property(fc.constantFrom('l: x', 'l: 1\r\nl: 1', 'X: y', 'l: 99999'), fc.array(fc.nat(60)), (fields, cuts) => {
        const stream = Buffer.from(`${message('ok')}INFO x SIP/2.0\r\n${fields}\r\n\r\n${message('never')}`);
        const { events } = cut(stream, cuts);
        expect(events.map(({ type }) => type)).toEqual(['message', 'violation']);
      }),
    );
  });

  it('never throws, and gives back no more than it got', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        const stream = Buffer.concat(chunks);
        const cuts = chunks.map((_, index) => chunks.slice(0, index).reduce((sum, chunk) => sum + chunk.length, 0));
        expect(messages(cut(stream, cuts).events).join('').length).toBeLessThanOrEqual(stream.length);
      }),
    );
  });
});

describe('a stream is broken', () => {
  it.each([
    ['no Content-Length', 'X: y'],
    ['two of them', 'Content-Length: 1\r\nl: 1'],
    ['one that is no number', 'Content-Length: abc'],
    ['a negative one', 'Content-Length: -1'],
    ['a huge one', 'Content-Length: 99999999999999999999'],
  ])('by %s: 400 with the head', (_, fields) => {
    const head = `INFO x SIP/2.0\r\n${fields}\r\n\r\n`;
    expect(whole(`${head}body`)).toMatchObject([{ type: 'violation', status: 400, head: Buffer.from(head) }]);
  });

  it('by a body that is too long: 413 with the head, before the body comes', () => {
    const limits = { ...DEFAULT_FRAMING_LIMITS, maxBodyBytes: 10 };
    expect(whole('INFO x SIP/2.0\r\nl: 11\r\n\r\n', limits)).toMatchObject([{ status: 413, head: expect.any(Buffer) }]);
    expect(messages(whole(message('0123456789'), limits))).toHaveLength(1);
  });

  it('by a head that is too long, whether it ends or not', () => {
    const limits = { ...DEFAULT_FRAMING_LIMITS, maxHeadBytes: 100 };
    expect(whole('x'.repeat(101), limits)).toMatchObject([{ status: 413, head: undefined }]);
    expect(whole(`INFO x SIP/2.0\r\nX: ${'y'.repeat(100)}\r\nl: 0\r\n\r\n`, limits)).toMatchObject([{ status: 413 }]);
  });

  it('for good', () => {
    const broken = frame(EMPTY_STREAM, Buffer.from('x\r\n\r\n'), DEFAULT_FRAMING_LIMITS);
    expect(frame(broken.state, Buffer.from(message('a')), DEFAULT_FRAMING_LIMITS).events).toEqual([]);
    expect(isMidMessage(broken.state)).toBe(false);
  });
});

it('knows whether a message has begun', () => {
  expect(cut(Buffer.from('\r\n\r'), []).midMessage).toBe(false);
  expect(cut(Buffer.from('I'), []).midMessage).toBe(true);
  expect(cut(Buffer.from(message('body').slice(0, -1)), []).midMessage).toBe(true);
  expect(cut(Buffer.from(message('body')), []).midMessage).toBe(false);
});
