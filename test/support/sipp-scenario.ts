/**
 * SIPp scenarios as short lists of steps. What a step does not say is what a plain phone would send.
 */
const LOCAL_SDP = (attributes: string, payloads = '0 8 101', port = '[media_port]'): string => `v=0
o=sipp 1 [call_number] IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio ${port} RTP/AVP ${payloads}
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
${attributes}`;

interface SdpOptions {
  readonly direction?: string;
  readonly payloads?: string;
  /** Milliseconds in a packet that it wants. */
  readonly ptime?: number;
  /** Where it hears, if that is not a port of SIPp. */
  readonly port?: number;
}

/** Session description of SIPp: two laws and telephone-events, or what is asked for. */
export function sdp({ direction, payloads, ptime, port }: SdpOptions = {}): string {
  const attributes = [
    ...(direction === undefined ? [] : [direction]),
    ...(ptime === undefined ? [] : [`ptime:${ptime}`]),
  ];
  return LOCAL_SDP(attributes.map((attribute) => `a=${attribute}\n`).join(''), payloads, port?.toString());
}

/** A description that offers only a codec that nobody has. */
export const FOREIGN_SDP = `v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 18
a=rtpmap:18 G729/8000
`;

function message(startAndHeaders: string, body: string | undefined, type = 'application/sdp'): string {
  const payload =
    body === undefined ? 'Content-Length: 0\n\n' : `Content-Type: ${type}\nContent-Length: [len]\n\n${body}`;
  return `<![CDATA[\n${startAndHeaders}${payload}]]>`;
}

const CALLER = 'From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[pid]sipp[call_number]';
const CONTACT = 'Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>';

interface RequestOptions {
  /** A CANCEL has the branch of the INVITE: how many steps ago that was. */
  readonly back?: number;
  readonly body?: string | undefined;
  /** Content type of the body. Default `application/sdp`. */
  readonly type?: string;
  readonly headers?: string;
}

/** A request of the caller. `cseq` counts from 1. */
export function request(method: string, cseq: number, options: RequestOptions = {}): string {
  const inDialog = method !== 'INVITE' || cseq > 1;
  const cancel = method === 'CANCEL';
  const to = `To: <sip:[service]@[remote_ip]:[remote_port]>${inDialog && !cancel ? '[peer_tag_param]' : ''}`;
  const retransmit = method === 'ACK' ? '' : ' retrans="500"';
  const uri = inDialog && !cancel && method !== 'ACK' ? '[next_url]' : 'sip:[service]@[remote_ip]:[remote_port]';
  const target = method === 'ACK' ? 'sip:[service]@[remote_ip]:[remote_port]' : uri;
  const head = [
    `${method} ${target} SIP/2.0`,
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${cancel ? `[branch-${options.back ?? 1}]` : '[branch]'}`,
    CALLER,
    to,
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
    CONTACT,
    'Max-Forwards: 70',
    ...(options.headers === undefined ? [] : [options.headers]),
    '',
  ].join('\n');
  return `<send${retransmit}>${message(head, options.body, options.type)}</send>`;
}

/** The ACK of a refused INVITE, `back` steps ago: it has the branch of the INVITE (RFC 3261 §17.1.1.3). */
export function ackRefusal(back: number): string {
  const head = [
    'ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0',
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-${back}]`,
    CALLER,
    'To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]',
    'Call-ID: [call_id]',
    'CSeq: 1 ACK',
    'Max-Forwards: 70',
    '',
  ].join('\n');
  return `<send>${message(head, undefined)}</send>`;
}

/** A response of the callee. */
export function response(status: number, reason: string, options: RequestOptions = {}): string {
  const head = [
    `SIP/2.0 ${status} ${reason}`,
    '[last_Via:]',
    '[last_From:]',
    status === 100 ? '[last_To:]' : '[last_To:];tag=[pid]callee[call_number]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
    '[last_Record-Route:]',
    CONTACT,
    ...(options.headers === undefined ? [] : [options.headers]),
    '',
  ].join('\n');
  const retransmit = status >= 200 && options.body !== undefined ? ' retrans="500"' : '';
  return `<send${retransmit}>${message(head, options.body)}</send>`;
}

/** The plain 200 of the callee to anything but an INVITE; the To tag is there already. */
export function ok(): string {
  const head = 'SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n';
  return `<send>${message(head, undefined)}</send>`;
}

export function expectStatus(status: number, options: { optional?: boolean; auth?: boolean } = {}): string {
  const flags = `${options.optional ? ' optional="true"' : ''}${options.auth ? ' auth="true"' : ''}${status >= 180 && status < 300 ? ' rrs="true"' : ''}`;
  return `<recv response="${status}"${flags}/>`;
}

export function expectRequest(method: string, options: { crlf?: boolean } = {}): string {
  return `<recv request="${method}" rrs="true"${options.crlf ? ' crlf="true"' : ''}/>`;
}

/** Fails the call unless the next message of that kind matches. */
export function expectMatch(
  what: `request="${string}"` | `response="${string}"`,
  pattern: string,
  header?: string,
): string {
  const where = header === undefined ? 'search_in="msg"' : `search_in="hdr" header="${header}"`;
  return `<recv ${what} rrs="true"><action><ereg regexp="${pattern}" ${where} check_it="true" assign_to="found"/></action></recv><Reference variables="found"/>`;
}

export function pause(milliseconds: number): string {
  return `<pause milliseconds="${milliseconds}"/>`;
}

/** Plays a capture file of RTP. */
export function playCapture(path: string): string {
  return `<nop><action><exec play_pcap_audio="${path}"/></action></nop>`;
}

/** A whole scenario. */
export function scenario(name: string, steps: readonly string[]): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n<scenario name="${name}">\n${steps.join('\n')}\n</scenario>\n`;
}
