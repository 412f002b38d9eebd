import fc from 'fast-check';
import type {
  Attribute,
  ConnectionAddress,
  MediaLine,
  PayloadFormat,
  SessionDescription,
} from '../../../../src/media-description.ts';

/** Descriptions as `parseSdp` yields them: every format named, everything inherited. */

const digits = fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String);
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.-]{0,12}$/);
const text = fc.stringMatching(/^[ -~]{0,30}$/);
const connection: fc.Arbitrary<ConnectionAddress> = fc.oneof(
  fc.record({ family: fc.constant(4 as const), address: fc.ipV4() }),
  fc.record({ family: fc.constant(6 as const), address: fc.ipV6() }),
);
const known = new Set([
  'rtpmap',
  'fmtp',
  'ptime',
  'maxptime',
  'rtcp',
  'rtcp-mux',
  'sendrecv',
  'sendonly',
  'recvonly',
  'inactive',
]);
const attribute: fc.Arbitrary<Attribute> = fc
  .oneof(
    word.map((name) => ({ name })),
    fc.tuple(word, text).map(([name, value]) => ({ name, value })),
  )
  .filter(({ name }) => !known.has(name));
const payload: fc.Arbitrary<PayloadFormat> = fc.record(
  {
    payloadType: fc.nat(127),
    encoding: word,
    clockRate: fc.integer({ min: 1, max: 192_000 }),
    channels: fc.integer({ min: 1, max: 8 }),
    // A letter first: sdp-transform turns text that looks like a number into one.
    parameters: fc.stringMatching(/^[a-z]([ -~]{0,20}[!-~])?$/),
  },
  { requiredKeys: ['payloadType', 'encoding', 'clockRate', 'channels'] },
);
const common = {
  kind: fc.constantFrom('audio', 'video', 'text', 'image'),
  port: fc.nat(65_535),
  direction: fc.constantFrom('sendrecv' as const, 'sendonly' as const, 'recvonly' as const, 'inactive' as const),
  connection,
  attributes: fc.array(attribute, { maxLength: 4 }),
};
const optional = {
  ptime: fc.integer({ min: 1, max: 200 }),
  maxptime: fc.integer({ min: 1, max: 200 }),
  rtcpPort: fc.integer({ min: 1, max: 65_535 }),
};
const payloads = fc.uniqueArray(payload, { minLength: 1, maxLength: 5, selector: ({ payloadType }) => payloadType });
const rtpLine: fc.Arbitrary<MediaLine> = fc
  .record(
    {
      ...common,
      ...optional,
      protocol: fc.constantFrom('RTP/AVP', 'RTP/SAVP', 'RTP/AVPF', 'UDP/TLS/RTP/SAVPF'),
      payloads,
      rtcpMux: fc.boolean(),
    },
    { requiredKeys: ['kind', 'port', 'direction', 'connection', 'attributes', 'protocol', 'payloads', 'rtcpMux'] },
  )
  .map((line) => ({ ...line, formats: line.payloads.map(({ payloadType }) => String(payloadType)) }));
const otherLine: fc.Arbitrary<MediaLine> = fc.record({
  ...common,
  protocol: fc.constantFrom('udptl', 'TCP/MSRP'),
  formats: fc.array(word, { minLength: 1, maxLength: 3 }),
  payloads: fc.constant([]),
  rtcpMux: fc.constant(false),
});

export const arbitraryDescription: fc.Arbitrary<SessionDescription> = fc.record(
  {
    origin: fc
      .tuple(word, digits, digits, connection)
      .map(([username, sessionId, sessionVersion, { family, address }]) => ({
        username,
        sessionId,
        sessionVersion,
        family,
        address,
      })),
    name: fc.stringMatching(/^[ -~]{1,30}$/),
    connection,
    attributes: fc.array(attribute, { maxLength: 4 }),
    media: fc.array(fc.oneof(rtpLine, otherLine), { maxLength: 4 }),
  },
  { requiredKeys: ['origin', 'name', 'attributes', 'media'] },
);
