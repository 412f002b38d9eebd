/** Header field names: canonical spelling, compact forms, and which of them may occur once only. */

const COMPACT: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

/**
 * Two values of these would let two elements read one message differently (RFC 3261 §7.3.1), so a second one makes it
 * malformed. At most 31: each has a bit of a small integer.
 */
const SINGLE = [
  'Call-ID',
  'Content-Disposition',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'Event',
  'Expires',
  'From',
  'Max-Forwards',
  'Min-Expires',
  'Min-SE',
  'RAck',
  'Refer-To',
  'Referred-By',
  'Replaces',
  'RSeq',
  'Session-Expires',
  'Subscription-State',
  'To',
] as const;

const OTHERS = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'Authentication-Info',
  'Authorization',
  'Call-Info',
  'Content-Language',
  'Date',
  'Diversion',
  'Error-Info',
  'Flow-Timer',
  'Geolocation',
  'History-Info',
  'In-Reply-To',
  'Info-Package',
  'Join',
  'MIME-Version',
  'Organization',
  'P-Access-Network-Info',
  'P-Asserted-Identity',
  'P-Associated-URI',
  'P-Called-Party-ID',
  'P-Charging-Vector',
  'P-Early-Media',
  'P-Preferred-Identity',
  'Path',
  'Priority',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Require',
  'Reason',
  'Record-Route',
  'Recv-Info',
  'Remote-Party-ID',
  'Reply-To',
  'Require',
  'Retry-After',
  'Route',
  'Server',
  'Service-Route',
  'SIP-ETag',
  'SIP-If-Match',
  'Target-Dialog',
  'Timestamp',
  'Unsupported',
  'User-Agent',
  'User-to-User',
  'Warning',
  'WWW-Authenticate',
] as const;

const BY_LOWER_CASE = new Map<string, string>();
const BY_COMPACT: (string | undefined)[] = [];
const BY_SHAPE: string[][] = [];
const SINGLE_BIT = new Map<string, number>();

for (const name of [...SINGLE, ...OTHERS, ...Object.values(COMPACT)]) {
  if (BY_LOWER_CASE.has(name.toLowerCase())) continue;
  BY_LOWER_CASE.set(name.toLowerCase(), name);
  const shape = shapeOf(name.length, name.charCodeAt(0));
  BY_SHAPE[shape] = [...(BY_SHAPE[shape] ?? []), name];
}
for (const [letter, name] of Object.entries(COMPACT)) {
  BY_COMPACT[letter.charCodeAt(0)] = name;
  BY_COMPACT[letter.toUpperCase().charCodeAt(0)] = name;
}
for (const [index, name] of SINGLE.entries()) SINGLE_BIT.set(name, 1 << index);
for (let shape = 0; shape < shapeOf(32, 0); shape += 1) BY_SHAPE[shape] ??= [];
for (let code = 0; code < 128; code += 1) BY_COMPACT[code] ??= undefined;

function shapeOf(length: number, code: number): number {
  return (length << 5) | (code & 31);
}

/**
 * Canonical form of the header name at `text[start, end)`. Names written in the usual case are recognised without copying
 * them. A name nobody knows is returned as written and has to be compared without regard to case.
 */
export function canonicalNameAt(text: string, start: number, end: number): string {
  const length = end - start;
  const first = text.charCodeAt(start);
  if (length === 1) return BY_COMPACT[first] ?? text.slice(start, end);
  for (const name of BY_SHAPE[shapeOf(length, first)] ?? []) {
    if (text.startsWith(name, start)) return name;
  }
  const written = text.slice(start, end);
  return BY_LOWER_CASE.get(written.toLowerCase()) ?? written;
}

/** Canonical form of a header name in any case or in compact form: `v` and `VIA` are `Via`. Unknown names stay as they are. */
export function canonicalName(name: string): string {
  return canonicalNameAt(name, 0, name.length);
}

/** True for a name that {@link canonicalName} yields from its table, which makes it comparable by `===`. */
export function isKnownName(canonical: string): boolean {
  return BY_LOWER_CASE.get(canonical.toLowerCase()) === canonical;
}

/** A bit that stands for a header field that may occur once only; 0 for every other. */
export function singleBit(canonical: string): number {
  return SINGLE_BIT.get(canonical) ?? 0;
}
