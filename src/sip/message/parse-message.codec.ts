import { lineEnd, readFields } from './fields.codec.ts';
import { readMandatoryFields } from './mandatory-fields.codec.ts';
import type { Parsed } from './message.ts';
import { RequestView, ResponseView } from './message-view.codec.ts';
import { parseStartLine, type StartLine } from './start-line.codec.ts';
import { parseDecimal } from './token.codec.ts';
import { parseUri } from './uri.codec.ts';

/** Bytes of start line and header fields that are read. */
export const MAX_HEAD_BYTES = 32_768;

const BLANK_LINE = Buffer.from('\r\n\r\n');
const NO_BODY = Buffer.alloc(0);
const BACKSLASH_AND_NUL = '\\\0';

/**
 * One whole message: a datagram, or from a stream what its framing cut out. Leading line ends must be gone. Checks what
 * every element has to rely on, leaves the rest to whoever asks for it, never throws, and takes time linear in the size.
 * The body is a view of `bytes`, which must not change afterwards.
 */
export function parseMessage(bytes: Buffer): Parsed {
  const blank = bytes.indexOf(BLANK_LINE);
  const headEnd = blank < 0 ? bytes.length : blank + 2;
  if (headEnd > MAX_HEAD_BYTES) return rejected(`the header block is longer than ${MAX_HEAD_BYTES} bytes`);
  const text = bytes.toString('utf8', 0, headEnd);
  const startLineEnd = lineEnd(text, 0);
  const startLine = startLineEnd < 0 ? undefined : parseStartLine(text.slice(0, startLineEnd));
  if (startLine === undefined) return rejected('the start line is malformed');
  const { fields, problem: lineProblem, unusable } = readFields(text, startLineEnd + 2);
  if (lineProblem !== undefined && unusable) return rejected(lineProblem);
  if (hasBareNul(text)) return rejected('the header block contains a NUL that is not escaped');
  const mandatory = readMandatoryFields(fields, startLine.kind === 'request' ? startLine.method : undefined);
  if (typeof mandatory === 'string') return rejected(mandatory);
  const { vias, topVia, from, to, callId, cseq } = mandatory;
  const bodyStart = blank < 0 ? headEnd : blank + 4;
  const bodyLength = lengthOfBody(mandatory.contentLength, bytes.length - bodyStart);
  const body =
    bodyLength === undefined || bodyLength === 0 ? NO_BODY : bytes.subarray(bodyStart, bodyStart + bodyLength);
  const checked = { fields, vias, topVia, from, to, callId, cseq, body };
  const problem =
    startLineProblem(startLine) ??
    (blank < 0 ? 'there is no empty line after the header fields' : undefined) ??
    lineProblem ??
    mandatory.problem ??
    (bodyLength === undefined ? 'Content-Length is not a number of bytes that are there' : undefined);
  if (startLine.kind === 'response') {
    return problem === undefined
      ? { ok: true, message: new ResponseView(startLine.status, startLine.reason, checked) }
      : rejected(problem);
  }
  const request = new RequestView(startLine.method, startLine.uri, checked);
  if (problem === undefined) return { ok: true, message: request };
  if (request.method === 'ACK') return rejected(problem);
  return { ok: false, problem, answerable: { status: startLine.version === '2.0' ? 400 : 505, request } };
}

function rejected(problem: string): Parsed {
  return { ok: false, problem };
}

function startLineProblem(startLine: StartLine): string | undefined {
  if (startLine.kind === 'response') return undefined;
  if (startLine.version !== '2.0') return `SIP version ${startLine.version} is not supported`;
  if (!startLine.wellFormed) return 'the request line has spaces where none may be';
  return parseUri(startLine.uri) === undefined ? 'the Request-URI is malformed' : undefined;
}

/** Bytes of the body: what Content-Length says, or without it all there are; `undefined` when that cannot be (RFC 3261 §18.3). */
function lengthOfBody(contentLength: string | undefined, available: number): number | undefined {
  return contentLength === undefined ? available : parseDecimal(contentLength, available);
}

/** NUL is allowed as the second half of a quoted pair only (RFC 4475 §3.1.1.2). */
function hasBareNul(text: string): boolean {
  for (let nul = text.indexOf('\0'); nul >= 0; nul = text.indexOf('\0', nul + 1)) {
    if (!text.startsWith(BACKSLASH_AND_NUL, nul - 1)) return true;
  }
  return false;
}
