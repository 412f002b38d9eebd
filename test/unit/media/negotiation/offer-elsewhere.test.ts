import { describe, expect, it } from 'vitest';
import { createAnswer } from '../../../../src/media/negotiation/create-answer.codec.ts';
import { offerElsewhere } from '../../../../src/media/negotiation/offer-elsewhere.codec.ts';
import type { SessionDescription } from '../../../../src/media-description.ts';
import { formatSdp } from '../../../../src/sip/sdp/format-sdp.codec.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';
import { failure, LOCAL, meaning, remote } from './negotiation-support.ts';

const AUDIO = ['m=audio 4000 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000'];
const ours = (...lines: string[]): SessionDescription => createAnswer(LOCAL, remote(...lines)).description;
const elsewhere = (theirs: SessionDescription, mine = ours(...AUDIO)): SessionDescription =>
  offerElsewhere(mine, theirs, LOCAL.codecs);

/** A description of somebody who is no party of our call. */
const other = (...lines: string[]): SessionDescription =>
  parseSdp(['v=0', 'o=other 9 9 IN IP4 203.0.113.5', 's=call', 'c=IN IP4 203.0.113.5', 't=0 0', ...lines].join('\r\n'));

describe('offerElsewhere', () => {
  it('is our dialog with the address, port, formats and packet time of somebody else, and nothing more of them', () => {
    const theirs = other(
      'a=tool:theirs',
      'm=audio 6000 RTP/AVP 8 111 96',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 useinbandfec=1',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-16',
      'a=ptime:30',
      'a=maxptime:60',
      'a=rtcp:6011',
      'a=rtcp-mux',
      'a=rtcp-fb:111 nack',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret',
      'a=candidate:1 1 UDP 1 203.0.113.5 6000 typ host',
      'a=label:1',
      'a=recvonly',
    );
    expect(formatSdp(elsewhere(theirs)).split('\r\n')).toEqual([
      'v=0',
      'o=offhook 77 5 IN IP4 198.51.100.1',
      's=-',
      'c=IN IP4 203.0.113.5',
      't=0 0',
      'm=audio 6000 RTP/AVP 8 111 96',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 useinbandfec=1',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-16',
      'a=ptime:30',
      'a=maxptime:60',
      'a=rtcp:6011',
      'a=sendrecv',
      '',
    ]);
  });

  it('keeps the lines of our dialog in their places, and its protocol', () => {
    const mine = ours('m=video 4000 RTP/AVP 31', 'm=audio 4002 RTP/AVPF 0', 'm=audio 4004 RTP/AVP 0');
    const offer = elsewhere(other('m=audio 6000 RTP/AVP 0', 'm=video 6002 RTP/AVP 31'), mine);
    expect(offer.media.map(meaning)).toEqual(['video refused', 'audio 0 sendrecv', 'audio refused']);
    expect(offer.media[1]).toMatchObject({ port: 6000, protocol: 'RTP/AVPF' });
  });

  it('takes the line of theirs that was agreed, and the address of that line', () => {
    const lines = [
      'm=audio 6000 RTP/SAVP 0',
      'm=audio 6002 RTP/AVP 9',
      'm=audio 6004 RTP/AVP 8',
      'c=IN IP4 203.0.113.9',
    ];
    expect(elsewhere(other(...lines)).media[0]).toMatchObject({ port: 6004, connection: { address: '203.0.113.9' } });
    expect(elsewhere(other(...lines)).connection).toEqual({ family: 4, address: '203.0.113.9' });
    // The two may have agreed on something that we do not speak.
    expect(elsewhere(other('m=audio 6002 RTP/AVP 9')).media[0]).toMatchObject({ port: 6002, formats: ['9'] });
  });

  it.each([
    ['no audio', other('m=video 6002 RTP/AVP 31')],
    ['refused audio', other('m=audio 0 RTP/AVP 0')],
    ['audio over SRTP', other('m=audio 6000 RTP/SAVP 0')],
    ['an address of nowhere', other('m=audio 6000 RTP/AVP 0', 'c=IN IP4 0.0.0.0')],
    ['another family of addresses', other('m=audio 6000 RTP/AVP 0', 'c=IN IP6 2001:db8::5')],
  ])('does not offer %s', (_, theirs) => {
    expect(failure(() => elsewhere(theirs)).code).toBe('INVALID_STATE');
  });
});
