import type { HangupInfo } from '../errors.ts';
import type { SessionDescription } from '../media-description.ts';
import type { CallInput } from './call.state.ts';
import { type CallMedia, refusalFor } from './call-media.ts';
import { Cause } from './cause.ts';
import type { ChannelEnvironment } from './channel-environment.ts';
import type { Holding } from './hold/holding.ts';
import type { JournalFact } from './journal/journal-entry.ts';
import { requestFact } from './journal/request-fact.ts';
import type { DigitMethod } from './media-port.ts';
import type { Leg, LegEvent, LegRequest, OfferReply, ReferReply, ReferredTo } from './signaling-port.ts';
import { parseDtmfInfo } from './sip/dtmf-info.codec.ts';

/** The call that a leg belongs to. */
export interface LegOwner {
  readonly environment: ChannelEnvironment;
  readonly media: CallMedia;
  readonly isLive: boolean;
  accept(input: CallInput): boolean;
  release(cause: Cause, hangup: HangupInfo): void;
  readonly holding: Holding;
  pressed(digit: string, by: DigitMethod): void;
  received(request: LegRequest): void;
  /** The far end asks this side to call somebody else. */
  referred(request: ReferredTo, reply: ReferReply): void;
  /** Writes into the journal what the far end did. */
  journal(fact: JournalFact): void;
}

/** Brings what happens on a leg to its call. */
export function followLeg(call: LegOwner, leg: Leg): void {
  leg.listen((event) => {
    // Called from a socket: nothing may come back out of here.
    try {
      take(call, event);
    } catch (error) {
      call.environment.logger.error('an event of signalling could not be handled', { event: event.type, error });
    }
  });
}

function take(call: LegOwner, event: LegEvent): void {
  switch (event.type) {
    case 'progress':
      if (call.isLive) call.journal({ kind: 'progress', status: event.status });
      if (event.description) acceptEarly(call, event.description);
      call.accept({ type: 'progress', status: event.status });
      return;
    case 'answered':
      answered(call, event.description);
      return;
    case 'offer':
      offered(call, event.description, event.reply);
      return;
    case 'answer':
      acceptLate(call, event.description);
      return;
    case 'request':
      requested(call, event.request);
      return;
    case 'redirected':
      if (call.isLive) call.journal({ kind: 'note', text: `redirected to ${event.to}` });
      return;
    case 'refer':
      call.referred(event.request, event.reply);
      return;
    case 'ended':
      call.accept({ type: 'ended', info: event.info });
      return;
  }
}

function acceptEarly(call: LegOwner, description: SessionDescription): void {
  if (!call.isLive) return;
  try {
    call.media.session?.accept(description);
  } catch (error) {
    // Early media is a favour: the answer may still bring something usable.
    call.environment.logger.warn('early media cannot be used', { error });
  }
}

function answered(call: LegOwner, description: SessionDescription | undefined): void {
  if (!call.isLive) return;
  const { session } = call.media;
  try {
    if (description) session?.accept(description);
  } catch (error) {
    call.environment.logger.warn('the answer to an outbound call cannot be used; the call is released', { error });
    call.release(refusalFor(error).cause, { by: 'local', status: 488, text: 'no common codec in the answer' });
    return;
  }
  if (session?.direction === undefined) {
    call.release(Cause.FAILED, {
      by: 'local',
      status: 488,
      text: 'the call was answered without a session description',
    });
    return;
  }
  call.accept({ type: 'answered' });
  if (description) call.holding.described(description);
}

/** A re-INVITE (RFC 3264 §8). What cannot be taken leaves the session as it was. */
function offered(call: LegOwner, description: SessionDescription | undefined, reply: OfferReply): void {
  const { session } = call.media;
  if (!call.isLive || !session) {
    reply.refuse(call.isLive ? 491 : 481);
    return;
  }
  let ours: SessionDescription;
  try {
    ours = description ? session.answer(description) : session.offer();
  } catch (error) {
    call.environment.logger.warn('an offer in the middle of a call was refused', { error });
    reply.refuse(refusalFor(error).status);
    return;
  }
  // Without a description it was only a question; what they say to our offer comes with the ACK.
  if (description) call.journal({ kind: 'offer', direction: session.direction });
  reply.accept(ours);
  if (description) call.holding.described(description);
  call.media.agreed();
}

/** The answer in the ACK of a re-INVITE that asked for our offer. */
function acceptLate(call: LegOwner, description: SessionDescription): void {
  if (!call.isLive) return;
  const { session } = call.media;
  try {
    session?.accept(description);
    call.journal({ kind: 'offer', direction: session?.direction });
    call.holding.described(description, call.holding.ours);
    call.media.agreed();
  } catch (error) {
    call.environment.logger.warn('an answer in the middle of a call cannot be used; the session stays as it was', {
      error,
    });
  }
}

/** A request within the call: a key by other means, or something for the program. */
function requested(call: LegOwner, request: LegRequest): void {
  if (!call.isLive) return;
  const { method, contentType, body } = request;
  const pressed = method === 'INFO' ? parseDtmfInfo(contentType, body) : undefined;
  if (pressed?.digit !== undefined) {
    press(call, pressed.digit);
    return;
  }
  call.journal(requestFact(request));
  if (pressed === undefined) call.received(request);
}

/** The media knows the keys that come with the audio, and so which press it has had already; before it runs there can be none. */
function press(call: LegOwner, digit: string): void {
  const { session } = call.media;
  if (session?.direction === undefined) call.pressed(digit, 'INFO');
  else session.takeDigit(digit, 'INFO');
}
