import { ChannelError, isHangup } from '../../errors.ts';
import { handled, type OperationOptions, runOperation, type Stop, stopped } from '../../operation.ts';
import type { Call } from '../call.ts';
import type { ChannelCore } from '../channel-core.ts';
import { checkFieldName } from '../header-field.codec.ts';
import { journaled } from '../journal/journaled.ts';
import { OPERATION_OPTIONS, refuseOptions } from '../option-names.ts';
import { State } from '../state.ts';
import { SIPHeaderField } from './sip-header-field.ts';
import { SIPInfo } from './sip-info.ts';
import { SIPMessage } from './sip-message.ts';
import { SipState } from './sip-state.ts';

/** The states in which the INVITE can be asked about. */
const CALLED: readonly State[] = [State.CALL_INCOMING, State.RING_INCOMING, State.ANSWERED];

/**
 * What a call can do with SIP itself (`channel.sip`): header fields, and the requests INFO and MESSAGE within the call. Names are those
 * of the Aculab UAS API.
 *
 * What the far end sends is kept from the first message of a call until it is fetched, 100 requests of each kind and 256 K characters
 * at the most, then the oldest are forgotten; the `info` and `message` events of {@link Channel.on} tell of it as well. An INFO that says
 * a key was pressed (`application/dtmf-relay`, `application/dtmf`) is not among them: it is a digit as any other, for
 * {@link DtmfDetector.getDigits}.
 *
 * @example
 * const status = await channel.sip.send(new SIPMessagePlainText('One moment please'));
 * if (status >= 300) console.log('the phone shows no messages:', status);
 * for (const info of channel.sip.getInfos()) console.log(info.contentType, info.body);
 */
export class ChannelSip {
  readonly #core: ChannelCore;
  #state: SipState = SipState.IDLE;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /**
   * Header fields for the INVITE of {@link Channel.call} and {@link Channel.startCall}, and for the 200 of {@link Channel.answer}. What is
   * in the list is sent with every call of this channel until it is taken out. A name that the method's option `headers` has too is
   * taken from the option.
   *
   * @example
   * channel.sip.headerFieldsToSend.push(new SIPHeaderField('X-Authorization', 'me@my.place'));
   */
  get headerFieldsToSend(): SIPHeaderField[] {
    return this.#core.headerFieldsToSend;
  }

  /** Whether {@link ChannelSip.send} is at work, and whether the last one went wrong. */
  get state(): SipState {
    return this.#state;
  }

  /**
   * Sends an INFO or a MESSAGE to the far end and resolves with the SIP status of its final response: 200 when it took it, 4xx when it does
   * not want such, 408 when nothing came for 32 seconds. Challenges are answered with the credentials of the call. What a `signal`
   * or a `timeout` gives up has left already.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered, on hold or transferred; `BUSY` while another one is on its way; `TIMEOUT` after `timeout`
   * milliseconds, by default none but those 32 seconds; `INVALID_ARGUMENT`.
   * @example
   * const status = await channel.sip.send(new SIPInfo('lamp=on'), { timeout: 2000 });
   */
  send(request: SIPInfo | SIPMessage, options: OperationOptions = {}): Promise<number> {
    const { call, journal } = this.#core;
    const shown = isRequest(request)
      ? { method: request.method, contentType: request.contentType, body: request.body }
      : request;
    return journaled(journal, 'sip.send', [shown, options], () => this.#send(call, request, options));
  }

  /** The INFO requests that have come since the last time, in order. Empty when there are none. */
  getInfos(): SIPInfo[] {
    return this.#core.call.requests.infos.take();
  }

  /** The MESSAGE requests that have come since the last time, in order. Empty when there are none. */
  getMessages(): SIPMessage[] {
    return this.#core.call.requests.messages.take();
  }

  /**
   * A header field of the INVITE with all its values, or `undefined`; the name in any case. {@link CallInfo.header} has them at any time.
   *
   * @throws ChannelError `INVALID_STATE` unless CALL_INCOMING, RING_INCOMING or ANSWERED; `INVALID_ARGUMENT`.
   */
  requestHeaderField(name: string): SIPHeaderField | undefined {
    checkFieldName(name);
    const { call } = this.#core;
    if (!CALLED.includes(call.state)) {
      throw call.wrongState('sip.requestHeaderField()', 'CALL_INCOMING, RING_INCOMING or ANSWERED');
    }
    const values = call.leg?.invite.header(name) ?? [];
    // What came may hold what may not be sent.
    return values.length === 0
      ? undefined
      : new SIPHeaderField(
          name,
          values.map((value) => value.replace(/[\r\n\0]/gu, ' ')),
        );
  }

  #send(call: Call, request: SIPInfo | SIPMessage, options: OperationOptions): Promise<number> {
    const refused = refuseOptions(call, 'sip.send()', options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(call, options, async (stop) => {
      if (!isRequest(request)) {
        throw new ChannelError('INVALID_ARGUMENT', 'sip.send() needs a SIPInfo or a SIPMessage, made with new');
      }
      call.demandUp('sip.send()');
      using _slot = call.activity.take('request', 'sip.send()');
      this.#state = SipState.BUSY;
      let status = 0;
      try {
        status = await answerTo(call, request, stop);
        return status;
      } finally {
        const isWell = (status >= 200 && status < 300) || stop.reason === 'abort' || stop.reason === 'hangup';
        this.#state = isWell ? SipState.IDLE : SipState.ERROR;
      }
    });
  }
}

function isRequest(request: unknown): request is SIPInfo | SIPMessage {
  return request instanceof SIPInfo || request instanceof SIPMessage;
}

/** The status of the far end's response; 0 when the operation must stop before. */
async function answerTo(call: Call, request: SIPInfo | SIPMessage, stop: Stop): Promise<number> {
  const { leg } = call;
  if (!leg) throw call.wrongState('sip.send()', State.ANSWERED);
  const { method, body, contentType, fields: headers } = request;
  const stopping = stopped(stop).then(() => 0);
  const sending = leg.send({ method, body, contentType, headers }).then(
    (status) => {
      stop.finish();
      return status;
    },
    (error: unknown) => {
      // The call has heard of its end by the time that the program does.
      if (isHangup(error)) return stopping;
      throw error;
    },
  );
  return Promise.race([handled(sending), stopping]);
}
