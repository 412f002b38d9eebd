import fc from 'fast-check';
import { parse as oracle } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { isChannelError } from '../../../../src/errors.ts';
import type { SessionDescription } from '../../../../src/media-description.ts';
import { formatSdp } from '../../../../src/sip/sdp/format-sdp.codec.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';
import { arbitraryDescription } from './arbitrary-description.ts';

const DESCRIPTION: SessionDescription = {
  origin: { username: '-', sessionId: '7', sessionVersion: '8', family: 4, address: '192.0.2.1' },
  name: 'offhook',
  connection: { family: 4, address: '192.0.2.1' },
  attributes: [{ name: 'tool', value: 'x' }],
  media: [
    {
      kind: 'audio',
      port: 4000,
      protocol: 'RTP/AVP',
      formats: ['0', '101'],
      payloads: [
        { payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1 },
        { payloadType: 101, encoding: 'telephone-event', clockRate: 8000, channels: 1, parameters: '0-15' },
      ],
      direction: 'sendrecv',
      connection: { family: 4, address: '192.0.2.1' },
      ptime: 20,
      rtcpPort: 4009,
      rtcpMux: true,
      attributes: [{ name: 'label', value: '1' }],
    },
    {
      kind: 'audio',
      port: 4002,
      protocol: 'RTP/AVP',
      formats: ['111'],
      payloads: [{ payloadType: 111, encoding: 'opus', clockRate: 48_000, channels: 2 }],
      direction: 'inactive',
      connection: { family: 6, address: '::1' },
      maxptime: 60,
      rtcpMux: false,
      attributes: [],
    },
  ],
};

describe('formatSdp', () => {
  it('writes every line in a fixed order with CRLF', () => {
    expect(formatSdp(DESCRIPTION).split('\r\n')).toEqual([
      'v=0',
      'o=- 7 8 IN IP4 192.0.2.1',
      's=offhook',
      'c=IN IP4 192.0.2.1',
      't=0 0',
      'a=tool:x',
      'm=audio 4000 RTP/AVP 0 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=rtcp:4009',
      'a=rtcp-mux',
      'a=sendrecv',
      'a=label:1',
      'm=audio 4002 RTP/AVP 111',
      'c=IN IP6 ::1',
      'a=rtpmap:111 opus/48000/2',
      'a=maxptime:60',
      'a=inactive',
      '',
    ]);
  });

  it('refuses a value that would become a line of its own', () => {
    for (const name of ['x\r\nm=audio 1 RTP/AVP 0', 'x\ny', 'x\ry', 'x\0']) {
      try {
        formatSdp({ ...DESCRIPTION, name });
        expect.unreachable();
      } catch (error) {
        expect(isChannelError(error) && error.code).toBe('INVALID_ARGUMENT');
      }
    }
  });

  it('is undone by parseSdp', () => {
    fc.assert(
      fc.property(arbitraryDescription, (description) => {
        expect(parseSdp(formatSdp(description))).toEqual(description);
      }),
      { numRuns: 500 },
    );
  });

  it('says the same to sdp-transform', () => {
    fc.assert(
      fc.property(arbitraryDescription, (description) => {
        const read = oracle(formatSdp(description));
        expect(read.origin?.address).toBe(description.origin.address);
        expect(read.connection?.ip).toBe(description.connection?.address);
        expect(read.media).toHaveLength(description.media.length);
        for (const [index, line] of description.media.entries()) {
          const theirs = read.media[index];
          expect(theirs).toMatchObject({
            type: line.kind,
            port: line.port,
            protocol: line.protocol,
            direction: line.direction,
          });
          expect(String(theirs?.payloads).split(' ')).toEqual(line.formats);
          expect(
            theirs?.rtp.map(({ payload, codec, rate, encoding }) => [payload, codec, rate, Number(encoding ?? 1)]),
          ).toEqual(
            line.payloads.map((payload) => [
              payload.payloadType,
              payload.encoding,
              payload.clockRate,
              payload.channels,
            ]),
          );
          const parameters = line.payloads.flatMap((payload) =>
            payload.parameters === undefined ? [] : [[payload.payloadType, payload.parameters]],
          );
          expect(theirs?.fmtp.map(({ payload, config }) => [payload, config])).toEqual(parameters);
          expect([theirs?.ptime, theirs?.maxptime, theirs?.rtcp?.port, theirs?.rtcpMux !== undefined]).toEqual([
            line.ptime,
            line.maxptime,
            line.rtcpPort,
            line.rtcpMux,
          ]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseSdp on damaged text', () => {
  it('throws nothing but MALFORMED_SDP, and what it takes it can write and read again', () => {
    const text = formatSdp(DESCRIPTION);
    const damage = fc.array(
      fc.tuple(
        fc.nat(text.length),
        fc.nat(8),
        fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.constantFrom('\r\n', '=', ' ', ':', '/', '0', 'a=rtpmap:0 X/8000\r\n', 'a=fmtp:111 x\r\n'),
        ),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(damage, (edits) => {
        let damaged = text;
        for (const [at, length, insert] of edits) damaged = damaged.slice(0, at) + insert + damaged.slice(at + length);
        let description: SessionDescription;
        try {
          description = parseSdp(damaged);
        } catch (error) {
          expect(isChannelError(error) && error.code).toBe('MALFORMED_SDP');
          return;
        }
        expect(parseSdp(formatSdp(description))).toEqual(description);
      }),
      { numRuns: 2000 },
    );
  });
});
