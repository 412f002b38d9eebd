import { describe, expect, it } from 'vitest';
import { ChannelError } from '../../../../src/errors.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';

const HEAD = ['v=0', 'o=alice 1 2 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];

function sdp(...lines: string[]): string {
  return [...HEAD, ...lines].map((line) => `${line}\r\n`).join('');
}

function firstLine(...lines: string[]) {
  const [line] = parseSdp(sdp(...lines)).media;
  if (!line) throw new Error('no media line');
  return line;
}

function problem(text: string | Buffer): string {
  try {
    parseSdp(text);
  } catch (error) {
    if (error instanceof ChannelError && error.code === 'MALFORMED_SDP') return error.message;
    throw error;
  }
  throw new Error('was taken');
}

describe('parseSdp: session', () => {
  it('reads origin, name, connection and session attributes in order', () => {
    expect(
      parseSdp(
        'v=0\r\no=alice 2890844526 2890844527 IN IP4 host.example.com\r\ns=A call\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\na=tool:x\r\na=ice-lite\r\n',
      ),
    ).toEqual({
      origin: {
        username: 'alice',
        sessionId: '2890844526',
        sessionVersion: '2890844527',
        family: 4,
        address: 'host.example.com',
      },
      name: 'A call',
      connection: { family: 4, address: '192.0.2.9' },
      attributes: [{ name: 'tool', value: 'x' }, { name: 'ice-lite' }],
      media: [],
    });
  });

  it('keeps session ids and versions that no number can hold', () => {
    const { origin } = parseSdp('v=0\no=- 18446744073709551615 99999999999999999999 IN IP4 192.0.2.1\ns=-\nt=0 0\n');
    expect([origin.sessionId, origin.sessionVersion]).toEqual(['18446744073709551615', '99999999999999999999']);
  });

  it('takes LF alone, a last line without an end, and empty lines at the end', () => {
    const lines = [...HEAD, 'm=audio 4000 RTP/AVP 0', 'a=sendonly'];
    const expected = parseSdp(sdp('m=audio 4000 RTP/AVP 0', 'a=sendonly'));
    expect(parseSdp(lines.join('\n'))).toEqual(expected);
    expect(parseSdp(`${lines.join('\r\n')}\r\n\r\n\n`)).toEqual(expected);
    expect(expected.media[0]?.direction).toBe('sendonly');
  });

  it('takes a Buffer of UTF-8', () => {
    expect(parseSdp(Buffer.from('v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=Grüße\r\nt=0 0\r\n')).name).toBe('Grüße');
  });

  it('tolerates missing or empty s=, missing t=, other order, and unknown lines', () => {
    expect(parseSdp('v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n').name).toBe('-');
    expect(parseSdp('v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=\r\n').name).toBe('-');
    expect(parseSdp('v=0\r\ns= \r\nt=0 0\r\no=- 1 1 IN IP4 192.0.2.1\r\n').name).toBe(' ');
    expect(parseSdp(sdp('x=what', 'b=AS:64', 'k=clear:1', 'y=ssrc')).media).toEqual([]);
  });

  it('tolerates spaces in the user name, and no user name, in o=', () => {
    expect(parseSdp('v=0\no=John Doe 1 2 IN IP4 192.0.2.1\n').origin).toMatchObject({
      username: 'John Doe',
      sessionId: '1',
    });
    expect(parseSdp('v=0\no= 1 2 IN IP4 192.0.2.1\n').origin).toMatchObject({ username: '-', sessionId: '1' });
  });

  it('reads IPv6 addresses and drops a multicast suffix', () => {
    const { origin, connection } = parseSdp('v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 ::\r\n');
    expect(origin).toMatchObject({ family: 6, address: '2001:db8::1' });
    expect(connection).toEqual({ family: 6, address: '::' });
    expect(parseSdp('v=0\no=- 1 1 IN IP4 192.0.2.1\nc=IN IP4 224.2.1.1/127/3\n').connection?.address).toBe('224.2.1.1');
  });
});

describe('parseSdp: media lines', () => {
  it('names static payload types without rtpmap (RFC 3551 §6)', () => {
    expect(firstLine('m=audio 4000 RTP/AVP 8 0 9 10 18 96').payloads).toEqual([
      { payloadType: 8, encoding: 'PCMA', clockRate: 8000, channels: 1 },
      { payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1 },
      { payloadType: 9, encoding: 'G722', clockRate: 8000, channels: 1 },
      { payloadType: 10, encoding: 'L16', clockRate: 44_100, channels: 2 },
      { payloadType: 18, encoding: 'G729', clockRate: 8000, channels: 1 },
    ]);
  });

  it('reads rtpmap with channels, in the order of the formats, and fmtp before or after it', () => {
    const line = firstLine(
      'm=audio 4000 RTP/AVP 111 101 0',
      'a=fmtp:101 0-16',
      'a=rtpmap:101 telephone-event/8000',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1 ',
    );
    expect(line.payloads).toEqual([
      { payloadType: 111, encoding: 'opus', clockRate: 48_000, channels: 2, parameters: 'minptime=10;useinbandfec=1' },
      { payloadType: 101, encoding: 'telephone-event', clockRate: 8000, channels: 1, parameters: '0-16' },
      { payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1 },
    ]);
    expect(line.attributes).toEqual([]);
  });

  it('lets an rtpmap override a static number', () => {
    expect(firstLine('m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 pcmu/16000/1').payloads).toEqual([
      { payloadType: 0, encoding: 'pcmu', clockRate: 16_000, channels: 1 },
    ]);
  });

  it('takes ptime, maxptime, rtcp, rtcp-mux, and keeps the rest in order', () => {
    const line = firstLine(
      'm=audio 4000 RTP/AVP 0',
      'a=label:1',
      'a=ptime:30',
      'a=maxptime: 150',
      'a=rtcp:53020 IN IP4 126.16.64.4',
      'a=rtcp-mux',
      'a=x',
      'a=empty:',
    );
    expect(line).toMatchObject({ ptime: 30, maxptime: 150, rtcpPort: 53_020, rtcpMux: true });
    expect(line.attributes).toEqual([{ name: 'label', value: '1' }, { name: 'x' }, { name: 'empty', value: '' }]);
  });

  it('keeps what makes no sense, and what comes a second time, as plain attributes', () => {
    const line = firstLine(
      'm=audio 4000 RTP/AVP 0 96',
      'a=ptime:soon',
      'a=ptime:20',
      'a=ptime:40',
      'a=rtpmap:0',
      'a=rtpmap:97 X/1',
      'a=rtpmap:96 X/0',
      'a=fmtp:96 y',
      'a=rtcp:0',
      'a=sendonly',
      'a=inactive',
      'a=rtcp-mux:no',
      'a=',
    );
    expect(line).toMatchObject({ ptime: 20, direction: 'sendonly', rtcpMux: false });
    expect(line.payloads.map(({ payloadType }) => payloadType)).toEqual([0]);
    expect(line.attributes.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`))).toEqual([
      'ptime:soon',
      'ptime:40',
      'rtpmap:0',
      'rtpmap:97 X/1',
      'rtpmap:96 X/0',
      'fmtp:96 y',
      'rtcp:0',
      'inactive',
      'rtcp-mux:no',
    ]);
  });

  it('inherits c= and direction from the session, and lets the line override both', () => {
    const { media, attributes } = parseSdp(
      sdp('a=recvonly', 'm=audio 4000 RTP/AVP 0', 'm=video 4002 RTP/AVP 31', 'c=IN IP4 192.0.2.7', 'a=sendrecv'),
    );
    expect(media.map((line) => [line.connection?.address, line.direction])).toEqual([
      ['192.0.2.1', 'recvonly'],
      ['192.0.2.7', 'sendrecv'],
    ]);
    expect(attributes).toEqual([]);
  });

  it('needs no session c= when every line has its own, or is refused', () => {
    const text =
      'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.8\r\nm=video 0 RTP/AVP 31\r\n';
    expect(parseSdp(text).media.map((line) => line.connection)).toEqual([
      { family: 4, address: '192.0.2.8' },
      undefined,
    ]);
  });

  it('reads the form with a number of ports', () => {
    expect(firstLine('m=video 49170/2 RTP/AVP 31')).toMatchObject({ port: 49_170, formats: ['31'] });
  });

  it('reads a T.38 image line without taking its format for RTP', () => {
    const line = firstLine('m=image 4000 udptl t38', 'a=T38FaxVersion:0', 'a=T38FaxRateManagement:transferredTCF');
    expect(line).toMatchObject({ kind: 'image', port: 4000, protocol: 'udptl', formats: ['t38'], payloads: [] });
    expect(line.attributes).toEqual([
      { name: 'T38FaxVersion', value: '0' },
      { name: 'T38FaxRateManagement', value: 'transferredTCF' },
    ]);
  });

  it('takes a refused line without formats, and formats of RTP that are no numbers', () => {
    expect(firstLine('m=audio 0 RTP/AVP')).toMatchObject({ port: 0, formats: [] });
    expect(firstLine('m=audio 4000 RTP/AVP 0 x 128 0')).toMatchObject({
      formats: ['0', 'x', '128', '0'],
      payloads: [{ payloadType: 0 }],
    });
  });
});

describe('parseSdp: what it refuses, saying the line', () => {
  it.each([
    ['empty text', '', /line 1.*empty/],
    ['no v= first', 'o=- 1 1 IN IP4 192.0.2.1\r\nv=0\r\n', /line 1.*v=0/],
    ['another version', 'v=1\r\n', /line 1.*version/],
    ['a second v=', 'v=0\r\nv=0\r\n', /line 2.*already/],
    ['a second o=', `${sdp()}o=- 1 1 IN IP4 192.0.2.1\r\n`, /line 6.*already/],
    ['a second s=', `${sdp()}s=x\r\n`, /line 6.*already/],
    ['no o=', 'v=0\r\ns=-\r\nt=0 0\r\n', /line 3.*without an o=/],
    ['o= with too few words', 'v=0\r\no=- 1 IN IP4 192.0.2.1\r\n', /line 2.*session id/],
    ['o= without anything', 'v=0\r\no=\r\n', /line 2.*must be/],
    ['o= with a session id of letters', 'v=0\r\no=- abc 1 IN IP4 192.0.2.1\r\n', /line 2.*id must be decimal/],
    ['o= with a negative version', 'v=0\r\no=- 1 -1 IN IP4 192.0.2.1\r\n', /line 2.*version must be decimal/],
    ['o= with another network', 'v=0\r\no=- 1 1 ATM IP4 192.0.2.1\r\n', /line 2.*network type/],
    ['c= with another address type', `${sdp('m=audio 1 RTP/AVP 0', 'c=IN IP5 192.0.2.1')}`, /line 7.*address type/],
    ['c= without an address', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4\r\n', /line 3.*must be/],
    ['c= with a strange address', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 <x>\r\n', /line 3.*character/],
    ['a line without =', sdp('audio'), /line 6.*form/],
    ['an empty line in the middle', sdp('', 'm=audio 1 RTP/AVP 0'), /line 6.*form/],
    ['a CR inside a line', sdp('a=x\ry'), /line 6.*CR/],
    ['a NUL', sdp('a=x\0'), /line 6.*NUL/],
    ['m= with too few words', sdp('m=audio 4000'), /line 6.*must be/],
    ['m= with a port too large', sdp('m=audio 65536 RTP/AVP 0'), /line 6.*port/],
    ['m= with a port that is no number', sdp('m=audio $ RTP/AVP 0'), /line 6.*port/],
    ['m= without formats', sdp('m=audio 4000 RTP/AVP'), /line 6.*format/],
    [
      'a media line without any c=',
      'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nm=audio 4000 RTP/AVP 0\r\n',
      /line 4.*c=/,
    ],
    ['t= after m=', sdp('m=audio 4000 RTP/AVP 0', 't=0 0'), /line 7.*before the first m=/],
    ['too many lines', sdp(...Array.from({ length: 2000 }, () => 'a=x')), /2005 lines/],
    ['too many media lines', sdp(...Array.from({ length: 65 }, () => 'm=audio 0 RTP/AVP 0')), /line 70.*64/],
    ['too much text', sdp(`a=${'x'.repeat(70_000)}`), /characters/],
    ['a long line, shown cut', sdp(`m=${'x'.repeat(500)}`), /line 6 \(m=x{55}\.\.\.\)/],
  ])('%s', (_what, text, expected) => {
    expect(problem(text)).toMatch(expected);
  });
});
