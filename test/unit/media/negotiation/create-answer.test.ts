import { describe, expect, it } from 'vitest';
import { createAnswer } from '../../../../src/media/negotiation/create-answer.codec.ts';
import type { MediaDirection } from '../../../../src/media-description.ts';
import { formatSdp } from '../../../../src/sip/sdp/format-sdp.codec.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';
import { failure, LOCAL, meaning, remote } from './negotiation-support.ts';

const answer = (...lines: string[]) => createAnswer(LOCAL, remote(...lines));
const lines = (...offered: string[]) => answer(...offered).description.media.map(meaning);

describe('createAnswer: lines', () => {
  it('answers with a description and a plan', () => {
    const { description, plan } = answer(
      'm=audio 4000 RTP/AVP 8 0 96',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-16',
    );
    expect(formatSdp(description).split('\r\n')).toEqual([
      'v=0',
      'o=offhook 77 5 IN IP4 198.51.100.1',
      's=-',
      'c=IN IP4 198.51.100.1',
      't=0 0',
      'm=audio 20000 RTP/AVP 8 0 96',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ]);
    expect(parseSdp(formatSdp(description))).toEqual(description);
    expect(plan).toEqual({
      codec: 'PCMA',
      sendPayloadType: 8,
      receivePayloadTypes: [
        { payloadType: 8, codec: 'PCMA' },
        { payloadType: 0, codec: 'PCMU' },
      ],
      sendEventPayloadType: 96,
      receiveEventPayloadType: 96,
      ptimeMs: 20,
      direction: 'sendrecv',
      remote: { address: '192.0.2.2', rtpPort: 4000, rtcpPort: 4001 },
      rtcpMux: false,
    });
  });

  it('keeps number and order of lines, takes the first usable audio line and refuses every other (RFC 3264 §6)', () => {
    expect(
      lines(
        'm=video 4000 RTP/AVP 31',
        'm=audio 4002 RTP/SAVP 0',
        'm=audio 0 RTP/AVP 0',
        'm=audio 4004 RTP/AVP 18',
        'm=audio 4006 RTP/AVP 101',
        'a=rtpmap:101 telephone-event/8000',
        'm=audio 4008 RTP/AVPF 0',
        'm=audio 4010 RTP/AVP 8',
        'm=image 4012 udptl t38',
        'm=application 4014 TCP/BFCP *',
      ),
    ).toEqual([
      'video refused',
      'audio refused',
      'audio refused',
      'audio refused',
      'audio refused',
      'audio 0 sendrecv',
      'audio refused',
      'image refused',
      'application refused',
    ]);
  });

  it('gives refused lines the kind, protocol and formats of the offer', () => {
    const { description } = answer('m=audio 4000 RTP/AVP 0', 'm=image 4012 udptl t38', 'm=video 0 RTP/SAVP');
    expect(description.media[1]).toMatchObject({ kind: 'image', port: 0, protocol: 'udptl', formats: ['t38'] });
    expect(description.media[2]).toMatchObject({ kind: 'video', port: 0, protocol: 'RTP/SAVP', formats: ['0'] });
    expect(parseSdp(formatSdp(description)).media).toHaveLength(3);
  });

  it('answers AVPF with AVPF', () => {
    expect(answer('m=audio 4000 RTP/AVPF 0').description.media[0]?.protocol).toBe('RTP/AVPF');
  });
});

describe('createAnswer: formats', () => {
  it('follows the order of codecs of the offer and leaves out what is not ours', () => {
    expect(lines('m=audio 4000 RTP/AVP 18 8 9 0 13')).toEqual(['audio 8,0 sendrecv']);
  });

  it('leaves out what is ours but not wanted', () => {
    expect(
      createAnswer({ ...LOCAL, codecs: ['PCMA'] }, remote('m=audio 4000 RTP/AVP 0 8')).description.media.map(meaning),
    ).toEqual(['audio 8 sendrecv']);
  });

  it('takes dynamic numbers and any case (RFC 4855 §3), and each codec once', () => {
    const { description, plan } = answer(
      'm=audio 4000 RTP/AVP 97 98 0',
      'a=rtpmap:97 pcma/8000/1',
      'a=rtpmap:98 Pcmu/8000',
    );
    expect(description.media[0]?.formats).toEqual(['97', '98']);
    expect(plan).toMatchObject({
      codec: 'PCMA',
      sendPayloadType: 97,
      receivePayloadTypes: [
        { payloadType: 97, codec: 'PCMA' },
        { payloadType: 98, codec: 'PCMU' },
      ],
    });
  });

  it('does not take our codec at another rate or in stereo', () => {
    expect(lines('m=audio 4000 RTP/AVP 97 98 8', 'a=rtpmap:97 PCMU/16000', 'a=rtpmap:98 PCMU/8000/2')).toEqual([
      'audio 8 sendrecv',
    ]);
  });

  it('takes the telephone-event of 8000 Hz when there are several rates', () => {
    const { description, plan } = answer(
      'm=audio 4000 RTP/AVP 0 110 111',
      'a=rtpmap:110 telephone-event/48000',
      'a=rtpmap:111 Telephone-Event/8000',
    );
    expect(description.media[0]?.formats).toEqual(['0', '111']);
    expect(plan).toMatchObject({ sendEventPayloadType: 111, receiveEventPayloadType: 111 });
  });

  it('answers without telephone-events when none of 8000 Hz are offered', () => {
    const { description, plan } = answer('m=audio 4000 RTP/AVP 0 110', 'a=rtpmap:110 telephone-event/16000');
    expect(description.media[0]?.formats).toEqual(['0']);
    expect([plan.sendEventPayloadType, plan.receiveEventPayloadType]).toEqual([undefined, undefined]);
  });
});

describe('createAnswer: packet time', () => {
  it.each([
    [[], 20],
    [['a=ptime:10'], 10],
    [['a=ptime:20'], 20],
    [['a=ptime:40'], 40],
    [['a=ptime:60'], 60],
    [['a=ptime:30'], 20],
    [['a=ptime:50'], 40],
    [['a=ptime:35'], 40],
    [['a=ptime:1'], 10],
    [['a=ptime:200'], 60],
    [['a=ptime:40', 'a=maxptime:30'], 20],
    [['a=ptime:60', 'a=maxptime:40'], 40],
    [['a=maxptime:10'], 10],
    [['a=ptime:40', 'a=maxptime:5'], 10],
  ])('%j is %i ms', (attributes, expected) => {
    const { description, plan } = answer('m=audio 4000 RTP/AVP 0', ...attributes);
    expect(plan.ptimeMs).toBe(expected);
    expect(description.media[0]?.ptime).toBe(expected);
  });
});

describe('createAnswer: direction', () => {
  const DIRECTIONS: readonly MediaDirection[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];
  /** Rows: what the far end offers; columns: what we want, in the order of DIRECTIONS. */
  const TABLE: Record<MediaDirection, readonly MediaDirection[]> = {
    sendrecv: ['sendrecv', 'sendonly', 'recvonly', 'inactive'],
    sendonly: ['recvonly', 'inactive', 'recvonly', 'inactive'],
    recvonly: ['sendonly', 'sendonly', 'inactive', 'inactive'],
    inactive: ['inactive', 'inactive', 'inactive', 'inactive'],
  };

  for (const offered of DIRECTIONS) {
    for (const [column, wanted] of DIRECTIONS.entries()) {
      it(`offered ${offered}, wanted ${wanted}`, () => {
        const { description, plan } = createAnswer(
          { ...LOCAL, direction: wanted },
          remote('m=audio 4000 RTP/AVP 0', `a=${offered}`),
        );
        expect([description.media[0]?.direction, plan.direction]).toEqual([
          TABLE[offered][column],
          TABLE[offered][column],
        ]);
      });
    }
  }

  it('mirrors a direction of the session', () => {
    expect(lines('a=sendonly', 'm=audio 4000 RTP/AVP 0')).toEqual(['audio 0 recvonly']);
  });

  it.each([
    ['IN IP4 0.0.0.0', '0.0.0.0'],
    ['IN IP6 ::', '::'],
    ['IN IP6 0:0::0', '::'],
    ['IN IP6 0:0:0:0:0:0:0:0', '::'],
    ['IN IP4 hold.invalid', '0.0.0.0'],
  ])('does not send to a far end that holds with c=%s (RFC 3264 §8.4)', (connection, address) => {
    const held = (direction: string) => answer('m=audio 4000 RTP/AVP 0', `c=${connection}`, `a=${direction}`).plan;
    expect(held('sendrecv')).toMatchObject({ direction: 'recvonly', remote: { address, rtpPort: 4000 } });
    expect(held('sendonly')).toMatchObject({ direction: 'recvonly' });
    expect(held('recvonly')).toMatchObject({ direction: 'inactive' });
    expect(held('inactive')).toMatchObject({ direction: 'inactive' });
  });

  it('sees a session held with c=0.0.0.0, and a line that overrides it', () => {
    const held = { ...remote(), connection: { family: 4 as const, address: '0.0.0.0' } };
    const text = formatSdp(held);
    expect(createAnswer(LOCAL, parseSdp(`${text}m=audio 4000 RTP/AVP 0\r\n`)).plan.direction).toBe('recvonly');
    expect(createAnswer(LOCAL, parseSdp(`${text}m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.9\r\n`)).plan).toMatchObject(
      { direction: 'sendrecv', remote: { address: '192.0.2.9' } },
    );
  });
});

describe('createAnswer: RTCP', () => {
  it('sends RTCP to the next port, or to that of a=rtcp (RFC 3605)', () => {
    expect(answer('m=audio 4000 RTP/AVP 0').plan.remote.rtcpPort).toBe(4001);
    expect(answer('m=audio 4000 RTP/AVP 0', 'a=rtcp:53020').plan.remote.rtcpPort).toBe(53_020);
    expect(answer('m=audio 65535 RTP/AVP 0').plan.remote.rtcpPort).toBe(65_535);
  });

  it('says its own RTCP port when it is not the next one', () => {
    const say = (rtcpPort: number) =>
      createAnswer({ ...LOCAL, rtcpPort }, remote('m=audio 4000 RTP/AVP 0')).description.media[0]?.rtcpPort;
    expect([say(20_001), say(20_007)]).toEqual([undefined, 20_007]);
  });

  it('takes rtcp-mux when it is offered, and only then (RFC 5761 §5.1.1)', () => {
    const mux = answer('m=audio 4000 RTP/AVP 0', 'a=rtcp-mux', 'a=rtcp:4009');
    expect(mux.description.media[0]?.rtcpMux).toBe(true);
    expect(mux.plan).toMatchObject({ rtcpMux: true, remote: { rtpPort: 4000, rtcpPort: 4000 } });
    expect(answer('m=audio 4000 RTP/AVP 0').description.media[0]?.rtcpMux).toBe(false);
  });
});

describe('createAnswer: no common codec', () => {
  it('names what both sides have', () => {
    const { code, message } = failure(() =>
      answer('m=audio 4000 RTP/AVP 18 3', 'm=audio 4002 RTP/SAVP 0', 'm=video 0 RTP/AVP 31'),
    );
    expect(code).toBe('NO_COMMON_CODEC');
    expect(message).toContain(
      'audio over RTP/AVP with G729, GSM; audio over RTP/SAVP with PCMU; video (port 0) over RTP/AVP with H261',
    );
    expect(message).toContain('this side takes audio over RTP/AVP with PCMU, PCMA');
  });

  it.each([
    [[]],
    [['m=audio 0 RTP/AVP 0']],
    [['m=image 4000 udptl t38']],
    [['m=audio 4000 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000']],
    [['m=audio 4000 RTP/AVP 120']],
  ])('%j', (offered) => {
    expect(failure(() => answer(...offered)).code).toBe('NO_COMMON_CODEC');
  });
});
