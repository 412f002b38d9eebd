import { describe, expect, it } from 'vitest';
import { createAnswer } from '../../../../src/media/negotiation/create-answer.codec.ts';
import { createOffer } from '../../../../src/media/negotiation/create-offer.codec.ts';
import { nextVersion } from '../../../../src/media/negotiation/next-version.codec.ts';
import { formatSdp } from '../../../../src/sip/sdp/format-sdp.codec.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';
import { failure, LOCAL, meaning, remote } from './negotiation-support.ts';

describe('createOffer', () => {
  it('offers our codecs in our order with telephone-events', () => {
    const offer = createOffer(LOCAL);
    expect(formatSdp(offer).split('\r\n')).toEqual([
      'v=0',
      'o=offhook 77 5 IN IP4 198.51.100.1',
      's=-',
      'c=IN IP4 198.51.100.1',
      't=0 0',
      'm=audio 20000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ]);
    expect(parseSdp(formatSdp(offer))).toEqual(offer);
  });

  it('follows every field of the local media', () => {
    const offer = createOffer({
      ...LOCAL,
      address: '2001:db8::5',
      family: 6,
      codecs: ['PCMA'],
      ptimeMs: 40,
      rtcpPort: 30_000,
      direction: 'sendonly',
      eventPayloadType: 96,
    });
    expect(offer.connection).toEqual({ family: 6, address: '2001:db8::5' });
    expect(offer.media.map(meaning)).toEqual(['audio 8,96 sendonly']);
    expect(offer.media[0]).toMatchObject({ ptime: 40, rtcpPort: 30_000, rtcpMux: false });
  });

  it('refuses to offer nothing', () => {
    expect(failure(() => createOffer({ ...LOCAL, codecs: [] })).code).toBe('INVALID_ARGUMENT');
  });

  it('keeps the lines and the payload types of the session in a later offer (RFC 3264 §8, §8.3.2)', () => {
    const { description } = createAnswer(
      LOCAL,
      remote(
        'm=video 4000 RTP/AVP 31',
        'm=audio 4002 RTP/AVP 97 110',
        'a=rtpmap:97 PCMU/8000',
        'a=rtpmap:110 telephone-event/8000',
      ),
    );
    expect(createOffer(LOCAL, description).media.map(meaning)).toEqual(['video refused', 'audio 97,8,110 sendrecv']);
  });

  it('adds its line when there is none left to take over', () => {
    expect(createOffer(LOCAL, remote('m=video 4000 RTP/AVP 31')).media.map(meaning)).toEqual([
      'video refused',
      'audio 0,8,101 sendrecv',
    ]);
  });

  it('moves telephone-events off a number that a codec has', () => {
    const taken = (payloadType: number) =>
      remote(`m=audio 4000 RTP/AVP ${payloadType}`, `a=rtpmap:${payloadType} PCMU/8000`);
    expect(createOffer(LOCAL, taken(101)).media.map(meaning)).toEqual(['audio 101,8,102 sendrecv']);
    expect(createOffer({ ...LOCAL, eventPayloadType: 127 }, taken(127)).media.map(meaning)).toEqual([
      'audio 127,8,96 sendrecv',
    ]);
  });
});

describe('nextVersion', () => {
  const first = createOffer(LOCAL);

  it('leaves the first description as it is', () => {
    expect(nextVersion(undefined, first)).toBe(first);
  });

  it('keeps the version when nothing else has changed (RFC 3264 §8)', () => {
    const again = createOffer({ ...LOCAL, sessionVersion: '99', sessionId: '1' });
    expect(nextVersion(first, again)).toEqual(first);
  });

  it('does not take another order of fields for a change', () => {
    const shuffled = Object.fromEntries(Object.entries(first).reverse()) as unknown as typeof first;
    expect(nextVersion(first, shuffled).origin.sessionVersion).toBe('5');
  });

  it('raises the version by one for any change and keeps the rest of o=', () => {
    const held = nextVersion(
      first,
      createOffer({ ...LOCAL, direction: 'sendonly', sessionId: '1', address: '198.51.100.9' }),
    );
    expect(held.origin).toEqual({ ...first.origin, sessionVersion: '6' });
    expect(nextVersion(held, first).origin.sessionVersion).toBe('7');
  });

  it('counts beyond what a number can hold', () => {
    const big = { ...first, origin: { ...first.origin, sessionVersion: '18446744073709551615' } };
    expect(nextVersion(big, createOffer({ ...LOCAL, ptimeMs: 40 })).origin.sessionVersion).toBe('18446744073709551616');
  });
});
