import { LoggerFactory } from 'sip.js/lib/core/log/index.js';
import { Parser } from 'sip.js/lib/core/messages/parser.js';
import { Bench } from 'tinybench';
import { parseMessage } from '../src/sip/message/parse-message.codec.ts';
import { scanHead } from '../src/sip/message/scan-head.codec.ts';
import { responseTo } from '../src/sip/message/serialize-message.codec.ts';

const SDP =
  'v=0\r\no=user1 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n';

const MESSAGES: Readonly<Record<string, string>> = {
  'SIPp INVITE': [
    'INVITE sip:service@127.0.0.1:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-12345-1-0',
    'From: sipp <sip:sipp@127.0.0.1:5061>;tag=12345SIPpTag001',
    'To: service <sip:service@127.0.0.1:5060>',
    'Call-ID: 1-12345@127.0.0.1',
    'CSeq: 1 INVITE',
    'Contact: sip:sipp@127.0.0.1:5061',
    'Max-Forwards: 70',
    'Subject: Performance Test',
    'Content-Type: application/sdp',
    `Content-Length: ${SDP.length}`,
    '',
    SDP,
  ].join('\r\n'),
  'carrier INVITE': [
    'INVITE sip:+4930123456;npdi;rn=+49301@10.1.2.3:5060;user=phone SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKf3a1c2d4e5f6;rport',
    'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK77aa88bb99cc;received=10.0.0.2;rport=5060',
    'Via: SIP/2.0/TCP edge-7.carrier.example.net:5060;branch=z9hG4bK0011223344',
    'Record-Route: <sip:10.0.0.1;lr;ftag=as7d8f9>',
    'Record-Route: <sip:10.0.0.2;lr=on;transport=udp>',
    'From: "Example Caller" <sip:+4989654321@carrier.example.net;user=phone>;tag=as7d8f9e0c',
    'To: <sip:+4930123456@carrier.example.net;user=phone>',
    'Call-ID: 6f1c2e3d-4b5a-6978-8796-a5b4c3d2e1f0@10.0.0.1',
    'CSeq: 102 INVITE',
    'Contact: <sip:+4989654321@10.0.0.1:5060;transport=udp>',
    'Max-Forwards: 67',
    'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, PRACK, UPDATE',
    'Supported: replaces, timer, 100rel',
    'Session-Expires: 1800;refresher=uac',
    'Min-SE: 90',
    'P-Asserted-Identity: "Example Caller" <sip:+4989654321@carrier.example.net>',
    'Privacy: none',
    'User-Agent: Example-SBC/9.1',
    'Date: Fri, 02 Jan 2026 10:00:00 GMT',
    'X-Carrier-Call: 0123456789abcdef',
    'Content-Type: application/sdp',
    `Content-Length: ${SDP.length}`,
    '',
    SDP,
  ].join('\r\n'),
  BYE: [
    'BYE sip:service@127.0.0.1:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-12345-1-7',
    'From: sipp <sip:sipp@127.0.0.1:5061>;tag=12345SIPpTag001',
    'To: service <sip:service@127.0.0.1:5060>;tag=8a7b6c5d',
    'Call-ID: 1-12345@127.0.0.1',
    'CSeq: 2 BYE',
    'Contact: sip:sipp@127.0.0.1:5061',
    'Max-Forwards: 70',
    'Subject: Performance Test',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n'),
};

/** Prints what parsing, scanning and answering cost, and the ratio to the parser of sip.js in the same run. */
export async function run(): Promise<void> {
  const loggers = new LoggerFactory();
  loggers.builtinEnabled = false;
  const logger = loggers.getLogger('bench');
  const bench = new Bench({ time: 1000, warmupTime: 300 });
  for (const [name, text] of Object.entries(MESSAGES)) {
    const bytes = Buffer.from(text);
    const parsed = parseMessage(bytes);
    if (!parsed.ok || parsed.message.kind !== 'request') throw new Error(`${name} must parse`);
    const request = parsed.message;
    bench.add(`${name}: parseMessage`, () => void parseMessage(bytes));
    bench.add(`${name}: sip.js`, () => void Parser.parseMessage(bytes.toString(), logger));
    bench.add(`${name}: scanHead`, () => void scanHead(text));
    bench.add(`${name}: responseTo`, () => void responseTo(request, 180, { toTag: 'a1b2c3d4' }));
  }
  await bench.run();
  const cost = new Map(
    bench.tasks.map((task) => [
      task.name,
      task.result.state === 'completed' ? task.result.latency.p50 * 1000 : Number.NaN,
    ]),
  );
  console.table(
    Object.keys(MESSAGES).map((name) => {
      const of = (what: string): number => cost.get(`${name}: ${what}`) ?? Number.NaN;
      return {
        message: name,
        'parseMessage µs': of('parseMessage').toFixed(2),
        'sip.js µs': of('sip.js').toFixed(0),
        ratio: Math.round(of('sip.js') / of('parseMessage')),
        'scanHead µs': of('scanHead').toFixed(2),
        'responseTo µs': of('responseTo').toFixed(2),
      };
    }),
  );
}
