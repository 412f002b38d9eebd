/**
 * What a channel needs from signalling. Owned by the channel layer, implemented by `src/sip` and by the fake.
 * No SIP object crosses it: addresses are text, bodies are session descriptions, header fields are names and values.
 */
import type { HangupInfo } from '../errors.ts';
import type { SessionDescription } from '../media-description.ts';

/** A header field to send. The value has been checked: it holds no CR, LF or NUL. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** What an INVITE said, ours or theirs. */
export interface InviteInfo {
  /** The Request-URI as written. */
  readonly requestUri: string;
  /** URI of the From header field, without display name and parameters. */
  readonly from: string;
  readonly fromDisplayName?: string | undefined;
  readonly to: string;
  readonly callId: string;
  /** Transport of the signalling: `UDP`, `TCP`; `LOCAL` within the process. */
  readonly transport: string;
  /** Where it came from or went to, `address:port`; empty within the process. */
  readonly remoteAddress: string;
  /** All values of a header field, in order; the name in any case, long or compact form. Empty if there is none. */
  header(name: string): readonly string[];
  /** All of them, in order; left out where they are not known. */
  readonly headers?: readonly HeaderField[] | undefined;
}

/** Answers an offer that the far end made in the middle of a call. Exactly one of the two is called, once. */
export interface OfferReply {
  accept(description: SessionDescription): void;
  refuse(status: number): void;
}

/** A request within a call, ours or theirs (INFO: RFC 6086 and RFC 2976; MESSAGE: RFC 3428). */
export interface LegRequest {
  readonly method: 'INFO' | 'MESSAGE';
  readonly contentType?: string | undefined;
  /** Text, UTF-8. */
  readonly body: string;
  readonly headers: readonly HeaderField[];
}

/** A dialog as a Replaces header field names it (RFC 3891 §6.1): the tags as the party sees them that the INVITE goes to. */
export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while it is not answered. */
  readonly earlyOnly: boolean;
}

/** Asks the far end to call somebody (REFER: RFC 3515). */
export interface ReferRequest {
  /** URI of whom to call, or a call of ours whose far end is to be called in its place (Replaces: attended transfer). */
  readonly to: string | Leg;
  /** URI for Referred-By (RFC 3892); that of this side when left out. */
  readonly referredBy?: string | undefined;
  readonly headers?: readonly HeaderField[] | undefined;
}

/** What becomes of a REFER of ours. Neither promise rejects. */
export interface Referral {
  /** The status of its final response: 202 and other 2xx say that the far end tries, 408 that it said nothing; 487 when the call ended before. */
  readonly accepted: Promise<number>;
  /**
   * The final status of the call that the far end has placed, from its NOTIFYs; `undefined` when it was refused, when the far end said
   * nothing about it before it hung up, or when it ended the subscription without a word.
   */
  readonly outcome: Promise<number | undefined>;
}

/** The far end asks this side to call somebody. */
export interface ReferredTo {
  /** URI of whom to call, without what follows. */
  readonly to: string;
  /** The call that the new one is to take the place of. */
  readonly replaces?: Replaces | undefined;
  readonly referredBy?: string | undefined;
  /** Header fields that the new INVITE should have, of those in the URI that are harmless (RFC 3261 §19.1.5). */
  readonly headers: readonly HeaderField[];
}

/** Answers a REFER. Exactly one of the two is called, once. */
export interface ReferReply {
  /** 202; what is returned tells the far end how the new call goes, in NOTIFYs. */
  accept(): ReferProgress;
  refuse(status: number): void;
}

/** Tells who asked for a call how it goes. */
export interface ReferProgress {
  /** Says a status of the new call; one of 200 and above is the last. Does nothing after that, or when the call that it came on is over. */
  notify(status: number, reason?: string): void;
}

export type LegEvent =
  /** Outbound: a provisional response above 100. With a description there is early media. */
  | { readonly type: 'progress'; readonly status: number; readonly description?: SessionDescription | undefined }
  /** Outbound: a 2xx came and was acknowledged. */
  | { readonly type: 'answered'; readonly description?: SessionDescription | undefined }
  /** The far end offers something new (re-INVITE); without a description it asks for our offer. */
  | { readonly type: 'offer'; readonly description?: SessionDescription | undefined; readonly reply: OfferReply }
  /** The far end's answer to an offer that we put into a 2xx, in the ACK. */
  | { readonly type: 'answer'; readonly description: SessionDescription }
  /** Outbound: a 3xx sent the call elsewhere, and it goes on there; see {@link DialRequest.maxRedirects}. */
  | { readonly type: 'redirected'; readonly to: string }
  /** The far end asks this side to call somebody (REFER). */
  | { readonly type: 'refer'; readonly request: ReferredTo; readonly reply: ReferReply }
  /** A request within the call came; it was answered 200, or is answered as {@link Leg.respond} says. */
  | { readonly type: 'request'; readonly request: LegRequest }
  /** The last event of every leg; it comes exactly once. */
  | { readonly type: 'ended'; readonly info: HangupInfo };

/** How a call is refused or released. */
export interface Release {
  /** SIP status for a call that is not answered yet. Default 603 inbound; ignored once answered. */
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  /** Q.850 cause for a Reason header field (RFC 3326). */
  readonly q850?: number | undefined;
  readonly text?: string | undefined;
  /** Seconds for a Retry-After header field. */
  readonly retryAfter?: number | undefined;
  /** URIs for a 3xx: where the caller should try instead. */
  readonly contacts?: readonly string[] | undefined;
  readonly headers?: readonly HeaderField[] | undefined;
}

/** One call as signalling sees it. */
export interface Leg {
  readonly direction: 'inbound' | 'outbound';
  readonly invite: InviteInfo;
  /** Inbound: what the INVITE offered; `undefined` means it asks for our offer (late offer). */
  readonly offer?: SessionDescription | undefined;
  /** Outbound: the header fields of the answer, in order, once it has come; left out where they are not known. */
  readonly answerHeaders?: readonly HeaderField[] | undefined;
  /** Local address that the far end can reach, for the media's `c=` line. */
  readonly localAddress: string;
  /**
   * Inbound: the answered call of this user agent that this one asks to take the place of (Replaces, RFC 3891). Signalling has matched it,
   * and has refused what matches nothing. The old call is not ended by itself.
   */
  readonly replaces?: Leg | undefined;
  /**
   * Answers the requests of the far end within the call with a status, in place of the 200 that is said to them otherwise, and to those for
   * which it gives `undefined`. Must not throw or reject. They are events as well.
   */
  respond?: ((request: LegRequest) => Promise<number> | undefined) | undefined;

  /** Sets the one listener. Events that came before are delivered at once, in order. */
  listen(listener: (event: LegEvent) => void): void;
  /** Inbound: 180, or 183 with a description (early media). */
  ring(description?: SessionDescription): void;
  /**
   * Inbound: sends the 200 and resolves when its ACK has come, with the answer in it after a late offer.
   * When no ACK comes (64·T1), or the call ends before, `ended` is emitted and the promise resolves with `undefined`.
   */
  answer(description: SessionDescription, headers?: readonly HeaderField[]): Promise<SessionDescription | undefined>;
  /**
   * Ends the call as its state demands: final response, CANCEL or BYE. Safe to repeat; `ended` follows. After a BYE it does so when the
   * far end has confirmed it, or never will (64·T1).
   */
  release(release?: Release): void;
  /**
   * Offers something new in the middle of the call; resolves with the answer. When both sides offer at once it tries again by itself
   * (491, RFC 3261 §14.1). Rejects with a `ChannelError`: `REFUSED` when the far end will not, with a cause that is `MALFORMED_SDP` when it
   * took the offer without an answer that can be read; `BUSY` when another offer of this side is under way, `INVALID_STATE` when the call is
   * not answered; with `Hangup` when it ends meanwhile.
   *
   * @param offer - makes the offer; called anew for each try, since the far end's offer may have come in between. What it throws rejects.
   */
  reinvite(offer: () => SessionDescription): Promise<SessionDescription>;
  /** Asks the far end of an answered call to call somebody. Throws `ChannelError` `INVALID_ARGUMENT` or `INVALID_STATE`. */
  refer(request: ReferRequest): Referral;
  /**
   * Sends a request within the call and resolves with the status of its final response, 408 when none comes. Rejects with
   * `ChannelError` `INVALID_STATE` when there is no dialog yet or any more.
   */
  send(request: LegRequest): Promise<number>;
}

export interface DialRequest {
  /** `sip:` or `sips:` URI. */
  readonly to: string;
  /** URI or empty for the user agent's own. */
  readonly from?: string | undefined;
  readonly fromDisplayName?: string | undefined;
  /** Makes the offer, once the local address towards the callee is known. */
  readonly offer: (localAddress: string) => Promise<SessionDescription>;
  readonly headers?: readonly HeaderField[] | undefined;
  readonly credentials?: Credentials | undefined;
  /** The call of somebody else that this one is to take the place of. */
  readonly replaces?: Replaces | undefined;
  /** URI for Referred-By (RFC 3892). */
  readonly referredBy?: string | undefined;
  /** How many times a 3xx may send it elsewhere; 0 when left out: a 3xx ends the call, and `HangupInfo.contacts` says where it points. */
  readonly maxRedirects?: number | undefined;
  /** How many more times the INVITE may be passed on (Max-Forwards, RFC 3261 §8.1.1.6), 0 to 255. Default 70. */
  readonly maxForwards?: number | undefined;
}

/** What a challenge is answered with (RFC 7616). */
export interface Credentials {
  /** Name that the server knows this user agent by. */
  readonly username: string;
  /** Never sent and never logged: only a hash made with it leaves the process. */
  readonly password: string;
  /** Only used for this realm; any realm when left out. */
  readonly realm?: string | undefined;
}

/** One SIP message on its way, for drawing and logging. */
export interface SipTrace {
  /** `in` was received, `out` was sent. */
  readonly direction: 'in' | 'out';
  /** What carried it. */
  readonly transport: 'UDP' | 'TCP';
  /** `address:port` of this side. */
  readonly local: string;
  /** `address:port` of the other side. */
  readonly remote: string;
  /** The message in one line: `INVITE sip:bob@192.0.2.1`, `200 OK (INVITE)`. */
  readonly summary: string;
  /** The whole message as it is on the wire. It may hold addresses and credentials of people. */
  readonly text: string;
}

export interface SignalingPort {
  /** Sets what is called for each new inbound call. */
  onIncoming(handler: (leg: Leg) => void): void;
  /**
   * Starts an outbound call. Resolves when the INVITE is on its way; what becomes of it comes as events.
   * Rejects with a `ChannelError` (`INVALID_ARGUMENT`, `HOST_UNRESOLVED`, `UNREACHABLE`) when it cannot be sent.
   */
  dial(request: DialRequest): Promise<Leg>;
  /** Where it listens, one entry a socket. */
  readonly listening: readonly { transport: string; address: string; port: number }[];
  /**
   * Closes all sockets and timers; legs still up end with `by: 'local'`. Before that it gives far ends up to `patience` milliseconds to
   * confirm, and none when it is left out.
   */
  close(patience?: number): Promise<void>;
}
