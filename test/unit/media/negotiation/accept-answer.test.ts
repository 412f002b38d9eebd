import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChannelError } from '../../../../src/errors.ts';
import { acceptAnswer } from '../../../../src/media/negotiation/accept-answer.codec.ts';
import { createAnswer } from '../../../../src/media/negotiation/create-answer.codec.ts';
import { createOffer } from '../../../../src/media/negotiation/create-offer.codec.ts';
import { mirror } from '../../../../src/media/negotiation/direction.codec.ts';
import { formatSdp } from '../../../../src/sip/sdp/format-sdp.codec.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';
import { arbitraryDescription } from '../../sip/sdp/arbitrary-description.ts';
import { failure, LOCAL, remote } from './negotiation-support.ts';

const OFFER = createOffer(LOCAL);
const accept = (...lines: string[]) => acceptAnswer(LOCAL, OFFER, remote(...lines));

describe('acceptAnswer', () => {
  it('settles codec, events, packet time and address', () => {
    expect(
      accept('m=audio 4000 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=ptime:40', 'a=rtcp:4007'),
    ).toEqual({
      codec: 'PCMA',
      sendPayloadType: 8,
      receivePayloadTypes: [
        { payloadType: 0, codec: 'PCMU' },
        { payloadType: 8, codec: 'PCMA' },
      ],
      sendEventPayloadType: 101,
      receiveEventPayloadType: 101,
      ptimeMs: 40,
      direction: 'sendrecv',
      remote: { address: '192.0.2.2', rtpPort: 4000, rtcpPort: 4007 },
      rtcpMux: false,
    });
  });

  it('sends the codec that stands first in the answer (RFC 3264 §7)', () => {
    expect(accept('m=audio 4000 RTP/AVP 8 0').codec).toBe('PCMA');
    expect(accept('m=audio 4000 RTP/AVP 0 8').codec).toBe('PCMU');
  });

  it('sends with the numbers of the answer and receives ours, and theirs where they are free (RFC 3264 §5.1)', () => {
    const plan = accept('m=audio 4000 RTP/AVP 97 98', 'a=rtpmap:97 PCMU/8000', 'a=rtpmap:98 telephone-event/8000');
    expect(plan).toMatchObject({ sendPayloadType: 97, sendEventPayloadType: 98, receiveEventPayloadType: 101 });
    expect(plan.receivePayloadTypes).toEqual([
      { payloadType: 0, codec: 'PCMU' },
      { payloadType: 8, codec: 'PCMA' },
      { payloadType: 97, codec: 'PCMU' },
    ]);
    const clash = accept('m=audio 4000 RTP/AVP 101', 'a=rtpmap:101 PCMU/8000');
    expect(clash.receivePayloadTypes).toEqual([
      { payloadType: 0, codec: 'PCMU' },
      { payloadType: 8, codec: 'PCMA' },
    ]);
  });

  it('sends no telephone-events to a far end that takes none', () => {
    expect(accept('m=audio 4000 RTP/AVP 0').sendEventPayloadType).toBeUndefined();
  });

  it('keeps our packet time when the answer has none', () => {
    expect(acceptAnswer(LOCAL, createOffer({ ...LOCAL, ptimeMs: 40 }), remote('m=audio 4000 RTP/AVP 0')).ptimeMs).toBe(
      40,
    );
    expect(accept('m=audio 4000 RTP/AVP 0', 'a=ptime:60', 'a=maxptime:20').ptimeMs).toBe(20);
  });

  it.each([
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendrecv', 'sendonly', 'recvonly'],
    ['sendrecv', 'recvonly', 'sendonly'],
    ['sendrecv', 'inactive', 'inactive'],
    ['sendonly', 'recvonly', 'sendonly'],
    ['sendonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
  ] as const)('offered %s, answered %s: %s', (offered, answered, expected) => {
    const offer = createOffer({ ...LOCAL, direction: offered });
    expect(acceptAnswer(LOCAL, offer, remote('m=audio 4000 RTP/AVP 0', `a=${answered}`)).direction).toBe(expected);
  });

  it('does not send to an answer with c=0.0.0.0', () => {
    expect(accept('m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0')).toMatchObject({
      direction: 'recvonly',
      remote: { address: '0.0.0.0' },
    });
  });

  it('shares a port only when we offered it', () => {
    expect(accept('m=audio 4000 RTP/AVP 0', 'a=rtcp-mux')).toMatchObject({
      rtcpMux: false,
      remote: { rtcpPort: 4001 },
    });
    const offer = { ...OFFER, media: OFFER.media.map((line) => ({ ...line, rtcpMux: true })) };
    expect(acceptAnswer(LOCAL, offer, remote('m=audio 4000 RTP/AVP 0', 'a=rtcp-mux'))).toMatchObject({
      rtcpMux: true,
      remote: { rtcpPort: 4000 },
    });
    expect(acceptAnswer(LOCAL, offer, remote('m=audio 4000 RTP/AVP 0'))).toMatchObject({
      rtcpMux: false,
      remote: { rtcpPort: 4001 },
    });
  });

  it.each([
    [
      'more lines than offered',
      ['m=audio 4000 RTP/AVP 0', 'm=video 0 RTP/AVP 31'],
      'MALFORMED_SDP',
      /2 media lines where 1/,
    ],
    ['another kind of media', ['m=video 4000 RTP/AVP 31'], 'MALFORMED_SDP', /line 1 of the answer is video/],
    ['another protocol', ['m=audio 4000 RTP/SAVP 0'], 'MALFORMED_SDP', /RTP\/SAVP where RTP\/AVP/],
    ['the only line refused', ['m=audio 0 RTP/AVP 0'], 'NO_COMMON_CODEC', /refused the offered audio \(PCMU, PCMA\)/],
    ['no lines', [], 'NO_COMMON_CODEC', /refused/],
    [
      'a codec that was not offered',
      ['m=audio 4000 RTP/AVP 18'],
      'NO_COMMON_CODEC',
      /answered with G729.*offered were PCMU, PCMA/,
    ],
    [
      'telephone-events alone',
      ['m=audio 4000 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000'],
      'NO_COMMON_CODEC',
      /telephone-event/,
    ],
  ])('refuses an answer with %s', (_what, lines, code, message) => {
    const refused = failure(() => accept(...lines));
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
  });

  it('does not take a codec of ours that this offer left out', () => {
    const offer = createOffer({ ...LOCAL, codecs: ['PCMU'] });
    expect(failure(() => acceptAnswer(LOCAL, offer, remote('m=audio 4000 RTP/AVP 8'))).code).toBe('NO_COMMON_CODEC');
  });
});

describe('negotiation of any description', () => {
  it('answers every offer by the rules of RFC 3264 §6, or says that there is no common codec', () => {
    fc.assert(
      fc.property(arbitraryDescription, fc.option(fc.nat(4)), (other, place) => {
        const media =
          place === null ? other.media : other.media.toSpliced(place, 0, ...remote('m=audio 4000 RTP/AVP 18 8').media);
        const offer = { ...other, media };
        try {
          const { description, plan } = createAnswer(LOCAL, offer);
          expect(description.media.map(({ kind, protocol }) => [kind, protocol])).toEqual(
            offer.media.map(({ kind, protocol }) => [kind, protocol]),
          );
          expect(description.media.filter(({ port }) => port !== 0)).toHaveLength(1);
          expect(plan.receivePayloadTypes).toContainEqual({ payloadType: plan.sendPayloadType, codec: plan.codec });
        } catch (error) {
          expect(place).toBeNull();
          expect(isChannelError(error) && error.code).toBe('NO_COMMON_CODEC');
        }
      }),
    );
  });

  it('brings two sides of ours to plans that fit each other', () => {
    const direction = fc.constantFrom(
      'sendrecv' as const,
      'sendonly' as const,
      'recvonly' as const,
      'inactive' as const,
    );
    const codecs = fc.constantFrom(
      ['PCMU'] as const,
      ['PCMA'] as const,
      ['PCMU', 'PCMA'] as const,
      ['PCMA', 'PCMU'] as const,
    );
    const side = fc.record({
      direction,
      codecs,
      ptimeMs: fc.constantFrom(10, 20, 40, 60),
      eventPayloadType: fc.integer({ min: 96, max: 127 }),
    });
    fc.assert(
      fc.property(side, side, (one, other) => {
        const caller = { ...LOCAL, ...one };
        const offer = parseSdp(formatSdp(createOffer(caller)));
        if (!one.codecs.some((codec) => (other.codecs as readonly string[]).includes(codec))) return;
        const answered = createAnswer({ ...LOCAL, ...other, rtpPort: 30_000, rtcpPort: 30_001 }, offer);
        const plan = acceptAnswer(caller, offer, parseSdp(formatSdp(answered.description)));
        expect(plan.codec).toBe(answered.plan.codec);
        expect(plan.direction).toBe(mirror(answered.plan.direction));
        expect(plan.sendEventPayloadType).toBe(answered.plan.receiveEventPayloadType);
        expect(plan.ptimeMs).toBe(answered.plan.ptimeMs);
        expect(plan.remote.rtpPort).toBe(30_000);
        expect(answered.plan.remote.rtpPort).toBe(LOCAL.rtpPort);
      }),
    );
  });
});
