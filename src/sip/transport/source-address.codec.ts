/**
 * Where a request really came from, written into its top Via at reception (RFC 3261 §18.2.1, RFC 3581 §4), and where its responses go.
 * Done on the bytes before anything else sees them, so that whoever copies the Via copies the stamp.
 */
import type { Via } from '../message/message.ts';
import type { Endpoint } from './flow.ts';

const VIA_LINE = /\r\n(?:via|v)[ \t]*:/i;
const SENT_BY = /^\s*SIP\s*\/\s*2\.0\s*\/\s*[^\s/]+\s+(\[[^\]]*\]|[^\s:;,[\]]+)/i;
const PARAMETER = /;\s*(received|rport)(?:\s*=\s*(?:"(?:[^"\\]|\\[\s\S])*"|[^\s;,"]*))?(?=\s*(?:;|$))/gi;
const DEFAULT_PORT = 5060;

/** The request with `received` and `rport` set in its top Via; the same buffer when nothing needs to be written. */
export function stampSource(request: Buffer, source: Endpoint): Buffer {
  const headEnd = request.indexOf('\r\n\r\n');
  const head = request.toString('latin1', 0, headEnd < 0 ? request.length : headEnd);
  const line = VIA_LINE.exec(head);
  if (!line) return request;
  const start = line.index + line[0].length;
  const end = elementEnd(head, start);
  const via = head.slice(start, end);
  const stamped = stampVia(via, source);
  if (stamped === via) return request;
  return Buffer.concat([request.subarray(0, start), Buffer.from(stamped, 'latin1'), request.subarray(end)]);
}

/** One Via value with the source written in. What the sender itself claimed is taken out: only the receiver may set it. */
export function stampVia(via: string, source: Endpoint): string {
  const sentBy = SENT_BY.exec(via);
  if (!sentBy) return via;
  const head = via.slice(0, sentBy[0].length);
  const tail = via.slice(sentBy[0].length);
  let wantsPort = false;
  const cleaned = tail.replace(PARAMETER, (_, name: string) => {
    wantsPort ||= name.toLowerCase() === 'rport';
    return '';
  });
  const host = (sentBy[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase();
  const elsewhere = host !== source.address.toLowerCase();
  const received = elsewhere || wantsPort ? `;received=${source.address}` : '';
  return `${head}${cleaned}${received}${wantsPort ? `;rport=${source.port}` : ''}`;
}

/**
 * Where responses go by UDP (RFC 3261 §18.2.2, RFC 3581 §4): back to where the request came from, at the source port if the sender asked for it with
 * `rport`, else at the port it named. `maddr` is not followed: it is meant for multicast, and would let any sender aim our responses
 * and their repetitions at somebody else.
 */
export function replyEndpoint(via: Via, source: Endpoint): Endpoint {
  return { address: source.address, port: via.params.has('rport') ? source.port : (via.port ?? DEFAULT_PORT) };
}

/** Where to connect for responses when the connection that brought the request is gone (RFC 3261 §18.2.2). */
export function reconnectEndpoint(via: Via, source: Endpoint): Endpoint {
  return { address: source.address, port: via.port ?? DEFAULT_PORT };
}

/** Index of the end of the first list element that begins at `start`: a comma outside quotes, or the end of the (folded) line. */
function elementEnd(head: string, start: number): number {
  let quoted = false;
  for (let index = start; index < head.length; index++) {
    const char = head[index];
    if (char === '"') quoted = !quoted;
    else if (char === '\\' && quoted) index++;
    else if (char === ',' && !quoted) return index;
    else if (char === '\r' && head[index + 1] === '\n' && head[index + 2] !== ' ' && head[index + 2] !== '\t')
      return index;
  }
  return head.length;
}
