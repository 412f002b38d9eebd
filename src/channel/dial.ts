import { ChannelError, isChannelError } from '../errors.ts';
import { handled, type OperationOptions, runOperation, type Stop } from '../operation.ts';
import type { Call } from './call.ts';
import { Cause } from './cause.ts';
import type { ChannelCore } from './channel-core.ts';
import { type Codec, checkCodecs } from './codec.ts';
import type { HeaderFields } from './header-field.codec.ts';
import { checkDetection, type DetectMachineOptions, detectFarEnd } from './listen/detect-far-end.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from './option-names.ts';
import type { Credentials, DialRequest } from './signaling-port.ts';
import { fieldsToSend } from './sip/fields-to-send.ts';
import type { SIPHeaderField } from './sip/sip-header-field.ts';
import { State } from './state.ts';

/** How to place a call without waiting for the answer. */
export interface StartCallOptions extends Pick<OperationOptions, 'signal'> {
  /** Who calls: a SIP URI, `sip:` may be left out. The user agent's own by default. */
  from?: string | undefined;
  /** Name for people to go with `from`. */
  fromDisplayName?: string | undefined;
  /** Codecs to offer, most wanted first. Those of the user agent by default. */
  codecs?: readonly Codec[] | undefined;
  /** Header fields for the INVITE, for example `{ 'X-Account': '42' }`, besides those in `sip.headerFieldsToSend`. */
  headers?: HeaderFields | undefined;
  /** What to answer a challenge with. Those of the user agent by default. */
  credentials?: Credentials | undefined;
  /**
   * Whether to find out, after the answer, if a person, an answering machine or a fax machine has answered: `channel.info.farEndType` says
   * so when `call()` or `waitForOutgoingCall()` resolves, which they do when that is decided. `true` for the usual rules. Default false.
   */
  detectMachine?: boolean | DetectMachineOptions | undefined;
}

/** How to place a call. */
export interface CallOptions extends StartCallOptions {
  /**
   * How long to wait for the answer in milliseconds, `Infinity` for ever. Default 120,000: two minutes. When it passes while
   * `detectMachine` still listens, the call is up and the far end `UNKNOWN`.
   */
  timeout?: number | undefined;
}

const START_OPTIONS: OptionNames<StartCallOptions> = {
  codecs: true,
  credentials: true,
  detectMachine: true,
  from: true,
  fromDisplayName: true,
  headers: true,
  signal: true,
};
const CALL_OPTIONS: OptionNames<CallOptions> = { ...START_OPTIONS, timeout: true };

type Request = Omit<DialRequest, 'offer'> & { readonly codecs: readonly Codec[] | undefined };

/** How long a call may take to be answered unless told otherwise, in milliseconds. */
const ANSWER_TIMEOUT_MS = 120_000;

/** Places a call and waits for its answer or its end. */
export function placeCall(core: ChannelCore, to: string, options: CallOptions): Promise<State> {
  const refused = refuseOptions(core.endless, 'call()', options, CALL_OPTIONS);
  if (refused) return refused;
  const { signal, timeout = ANSWER_TIMEOUT_MS } = options;
  return runOperation(
    core.endless,
    { signal, timeout },
    async (stop) => {
      const request = checkDial(to, core.headerFieldsToSend, options);
      const detection = checkDetection(options.detectMachine);
      const call = core.beginDial('call()');
      if (detection) detectFarEnd(core, call, detection);
      await sent(call, request, untilSettled(call, stop));
      await untilSettled(call, stop);
      if (stop.reason === 'timeout') abandon(call, Cause.TIMEOUT, `not answered within ${timeout} ms`);
      else if (stop.reason) abandon(call, Cause.NORMAL, 'the call was broken off by its signal');
      return call.state;
    },
    ['timeout'],
  );
}

/** Places a call and returns as soon as it is under way. */
export function startCall(core: ChannelCore, to: string, options: StartCallOptions): Promise<boolean> {
  const refused = refuseOptions(core.endless, 'startCall()', options, START_OPTIONS);
  if (refused) return refused;
  return runOperation(core.endless, { signal: options.signal }, async (stop) => {
    const request = checkDial(to, core.headerFieldsToSend, options);
    const detection = checkDetection(options.detectMachine);
    const call = core.beginDial('startCall()');
    if (detection) detectFarEnd(core, call, detection);
    await sent(
      call,
      request,
      call.until((state) => state === State.IDLE, stop),
    );
    if (stop.reason) abandon(call, Cause.NORMAL, 'the call was broken off by its signal');
    return call.state !== State.IDLE;
  });
}

/** Waits for the answer or the end of an outbound call. */
export function waitForOutgoingCall(core: ChannelCore, options: OperationOptions): Promise<State> {
  const refused = refuseOptions(core.endless, 'waitForOutgoingCall()', options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(core.endless, options, async (stop) => {
    const { call } = core;
    if (core.direction === 'inbound') throw call.wrongState('waitForOutgoingCall()', 'calling out');
    await untilSettled(call, stop);
    return call.state;
  });
}

/** Until it is over, or answered and known by whom. */
function untilSettled(call: Call, stop: Stop): Promise<void> {
  return call.until((state) => state === State.IDLE || (call.isUp && !call.isDetecting), stop);
}

function abandon(call: Call, cause: Cause, text: string): void {
  const isUp = call.isUp && !(call.isDetecting && cause === Cause.NORMAL);
  if (!isUp) call.release(cause, { by: 'local', text });
}

/** Resolves when the INVITE is on its way, or with `settled`. When it cannot be sent, the call is IDLE again and this rejects. */
async function sent(call: Call, request: Request, settled: Promise<void>): Promise<void> {
  try {
    await Promise.race([handled(send(call, request)), settled]);
  } catch (error) {
    const text = error instanceof Error ? error.message : 'the call could not be placed';
    call.release(causeOfFailure(error), { by: 'local', text });
    throw error;
  }
}

async function send(call: Call, { codecs, ...request }: Request): Promise<void> {
  const offer = async (localAddress: string) => (await call.media.open(localAddress, codecs)).offer();
  const leg = await call.environment.signaling.dial({ ...request, offer });
  if (call.isLive) {
    call.attach(leg);
    return;
  }
  // Given up while the address was being resolved.
  leg.listen(() => undefined);
  leg.release();
}

function causeOfFailure(error: unknown): Cause {
  if (!isChannelError(error)) return Cause.ERROR;
  if (error.code === 'HOST_UNRESOLVED') return Cause.UNOBTAINABLE;
  if (error.code === 'UNREACHABLE') return Cause.OUTOFORDER;
  if (error.code === 'PORTS_EXHAUSTED') return Cause.NOCHANNELS;
  return Cause.ERROR;
}

function checkDial(to: string, listed: readonly SIPHeaderField[], options: StartCallOptions): Request {
  const { from, fromDisplayName, credentials } = options;
  if (fromDisplayName !== undefined && (typeof fromDisplayName !== 'string' || /[\r\n\0]/.test(fromDisplayName))) {
    throw new ChannelError('INVALID_ARGUMENT', 'fromDisplayName must be a string without line breaks');
  }
  return {
    to: checkAddress('to', to),
    from: from === undefined || from === '' ? undefined : checkAddress('from', from),
    fromDisplayName,
    codecs: options.codecs === undefined ? undefined : checkCodecs(options.codecs),
    headers: fieldsToSend(listed, options.headers),
    credentials: credentials === undefined ? undefined : checkCredentials(credentials),
  };
}

function checkAddress(name: string, address: unknown): string {
  // What a SIP URI may consist of (RFC 3261 §25.1); whether it is one is for signalling to say.
  if (typeof address !== 'string' || address === '' || /[\0-\x20\x7f<>"]/.test(address)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${name} must be a SIP URI such as sip:alice@example.com, not ${JSON.stringify(address)}`,
    );
  }
  return /^(?:sips?|tel):/i.test(address) ? address : `sip:${address}`;
}

/** Checks what a challenge is answered with. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkCredentials(credentials: unknown): Credentials {
  const known = credentials as Partial<Credentials> | null;
  if (
    typeof known !== 'object' ||
    known === null ||
    typeof known.username !== 'string' ||
    typeof known.password !== 'string'
  ) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `credentials must be { username, password } with two strings, and may have a realm`,
    );
  }
  if (known.realm !== undefined && typeof known.realm !== 'string') {
    throw new ChannelError('INVALID_ARGUMENT', 'the realm of credentials must be a string');
  }
  return { username: known.username, password: known.password, realm: known.realm };
}
