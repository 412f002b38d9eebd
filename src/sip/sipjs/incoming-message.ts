/**
 * Our parsed messages in the shape that sip.js reads. Its own parser is never used: it costs a millisecond a message, and what
 * sip.js asks for is little, so header fields are handed out when asked for.
 */
import { IncomingRequestMessage, IncomingResponseMessage, NameAddrHeader, URI } from 'sip.js/lib/core/index.js';
import type { NameAddr, SipMessage, SipRequest, SipResponse, SipUri } from '../message/message.ts';
import { parseEvent } from '../refer/event.codec.ts';
import { findPart } from '../screening/session-part.codec.ts';

/** A body in the eyes of sip.js, which only wants to know whether there is one: the text itself never goes through it. */
const SESSION_BODY = 'v=0';

/**
 * A URI that is printed exactly as it was written. sip.js decodes and encodes user parts when it prints, which throws for some
 * (`100%25` becomes a broken escape) and ruins others (`;npdi;rn=`).
 */
export class WrittenUri extends URI {
  readonly #written: string;
  readonly uri: SipUri;

  constructor(uri: SipUri) {
    // sip.js answers 416 to every scheme but sip, and refuses an empty host; screening has done that check better.
    super('sip', uri.user ?? '', uri.host === '' ? 'invalid' : uri.host, uri.port);
    this.uri = uri;
    // A Request-URI has no header part (RFC 3261 §19.1.1).
    this.#written = uri.headers === undefined ? uri.raw : uri.raw.slice(0, uri.raw.indexOf('?'));
  }

  override clone(): WrittenUri {
    return this;
  }

  override toRaw(): string {
    return this.#written;
  }

  override toString(): string {
    return this.#written;
  }
}

function toHeader(address: NameAddr, tag: string | undefined): NameAddrHeader {
  return new NameAddrHeader(new WrittenUri(address.uri), '', tag === undefined ? {} : { tag });
}

/** The first Contact of a message; `undefined` without one that can be called. Only INVITE, UPDATE and their responses make a target. */
export function contactOf(sip: SipMessage): NameAddr | undefined {
  if (sip.cseq.method !== 'INVITE' && sip.cseq.method !== 'UPDATE') return undefined;
  try {
    const { contacts } = sip;
    const contact = contacts === '*' ? undefined : contacts[0];
    return contact?.uri.host === '' ? undefined : contact;
  } catch {
    // Malformed. In a request screening has refused it; in a response there is a substitute.
    return undefined;
  }
}

const DESCRIPTIONS = ['application/sdp'];

/** The description of the session in the body of a message, which may be one part of several. */
export function sessionPart(sip: SipMessage): Buffer | undefined {
  return sip.body.length === 0 ? undefined : findPart(sip.first('Content-Type') ?? '', sip.body, DESCRIPTIONS);
}

function rawHeaders(sip: SipMessage, name: string): string[] {
  return name.toLowerCase() === 'record-route' ? [...sip.list('Record-Route')] : [...sip.lines(name)];
}

/** What sip.js may ask a header field to be parsed for. */
function parsedHeader(sip: SipMessage, name: string, to: NameAddrHeader, contact: NameAddr | undefined): unknown {
  switch (name.toLowerCase()) {
    case 'to':
      return to;
    case 'contact':
      return contact === undefined ? undefined : toHeader(contact, undefined);
    case 'event': {
      const event = parseEvent(sip.first('Event') ?? '');
      return event && { event: event.name };
    }
    case 'content-type':
      return 'application/sdp';
    case 'content-disposition':
      return { type: 'session' };
    case 'www-authenticate':
    case 'proxy-authenticate':
      // All of them are read where they are answered.
      return sip.first('WWW-Authenticate') === undefined && sip.first('Proxy-Authenticate') === undefined
        ? undefined
        : sip;
    default:
      return undefined;
  }
}

/** A request as sip.js wants it. */
export class IncomingRequest extends IncomingRequestMessage {
  readonly sip: SipRequest;
  readonly #contact: NameAddr | undefined;

  /**
   * @param transactionKey - of the transaction that it starts, or for ACK and CANCEL the one that it is about.
   * @param fallbackContact - stands in for a missing Contact.
   */
  constructor(sip: SipRequest, uri: SipUri, transactionKey: string, fallbackContact?: NameAddr) {
    super();
    this.sip = sip;
    this.#contact = contactOf(sip) ?? fallbackContact;
    this.viaBranch = transactionKey;
    this.method = sip.method;
    this.callId = sip.callId;
    this.cseq = sip.cseq.number;
    this.fromTag = sip.fromTag ?? '';
    this.toTag = sip.toTag ?? '';
    this.from = toHeader(sip.from, sip.fromTag);
    this.to = toHeader(sip.to, sip.toTag);
    this.ruri = new WrittenUri(uri);
    this.body = sessionPart(sip) === undefined ? '' : SESSION_BODY;
  }

  override getHeader(name: string): string | undefined {
    return this.sip.first(name);
  }

  override getHeaders(name: string): string[] {
    return rawHeaders(this.sip, name);
  }

  override hasHeader(name: string): boolean {
    return name === 'Contact' ? this.#contact !== undefined : this.sip.first(name) !== undefined;
  }

  override parseHeader(name: string): unknown {
    return parsedHeader(this.sip, name, this.to, this.#contact);
  }
}

/** A response as sip.js wants it. */
export class IncomingResponse extends IncomingResponseMessage {
  readonly sip: SipResponse;
  readonly #contact: NameAddr | undefined;

  /** @param contact - a 1xx or 2xx to INVITE must have one, or something in its place. */
  constructor(sip: SipResponse, contact: NameAddr | undefined) {
    super();
    this.sip = sip;
    this.#contact = contact;
    this.viaBranch = sip.topVia.branch ?? '';
    this.method = sip.cseq.method;
    this.callId = sip.callId;
    this.cseq = sip.cseq.number;
    this.fromTag = sip.fromTag ?? '';
    this.toTag = sip.toTag ?? '';
    this.statusCode = sip.status;
    this.reasonPhrase = sip.reason;
    this.to = toHeader(sip.to, sip.toTag);
    this.body = sessionPart(sip) === undefined ? '' : SESSION_BODY;
  }

  override getHeader(name: string): string | undefined {
    return this.sip.first(name);
  }

  override getHeaders(name: string): string[] {
    return rawHeaders(this.sip, name);
  }

  override hasHeader(name: string): boolean {
    return this.sip.first(name) !== undefined;
  }

  override parseHeader(name: string): unknown {
    return parsedHeader(this.sip, name, this.to, this.#contact);
  }
}
