import { ChannelError, isChannelError } from '../errors.ts';
import { handled, type OperationOptions, runOperation, type Stop, shown } from '../operation.ts';
import type { Call } from './call.ts';
import { Cause } from './cause.ts';
import type { ChannelCore } from './channel-core.ts';
import { type Codec, checkCodecs } from './codec.ts';
import type { HeaderFields } from './header-field.codec.ts';
import { checkDetection, type DetectMachineOptions, detectFarEnd } from './listen/detect-far-end.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from './option-names.ts';
import type { Credentials, DialRequest, Leg } from './signaling-port.ts';
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
  /**
   * How many times the call may be sent elsewhere by a redirection (3xx, RFC 3261 §8.1.3.4): it goes on with the first address that is
   * named then. 0 to 70. Default 0: a redirection ends the call, and `channel.info.hangup.contacts` says where it points.
   */
  maxRedirects?: number | undefined;
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
  maxRedirects: true,
  signal: true,
};
/** The options of a call, for those who place one in another way. */
export const CALL_OPTIONS: OptionNames<CallOptions> = { ...START_OPTIONS, timeout: true };

type Request = Omit<DialRequest, 'offer'> & { readonly codecs: readonly Codec[] | undefined };

/** How a call is placed, once everything that was asked for has been checked. */
export interface Placement {
  /** To offer, most wanted first. */
  readonly codecs: readonly Codec[] | undefined;
  /** Finds out who answers, if that is wanted. */
  readonly detection?: ReturnType<typeof checkDetection> | undefined;
  /** Where its media is carried, besides being near other media. */
  readonly isLocal?: boolean | undefined;
  /** Gives it a leg; what becomes of the call comes as events of it. */
  dial(offer: DialRequest['offer'], call: Call): Promise<Leg>;
}

/** How many times a call may be sent elsewhere: as many as a message may be passed on (RFC 3261 §8.1.1.6). */
const MOST_REDIRECTS = 70;

/** How long a call may take to be answered unless told otherwise, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 120_000;

/** Places a call and waits for its answer or its end. */
export function placeCall(core: ChannelCore, to: string, options: CallOptions): Promise<State> {
  const refused = refuseOptions(core.endless, 'call()', options, CALL_OPTIONS);
  return refused ?? placeBy(core, 'call()', options, () => checkPlacement(core, to, options));
}

/** Places a call and returns as soon as it is under way. */
export function startCall(core: ChannelCore, to: string, options: StartCallOptions): Promise<boolean> {
  const refused = refuseOptions(core.endless, 'startCall()', options, START_OPTIONS);
  return refused ?? startBy(core, 'startCall()', options, () => checkPlacement(core, to, options));
}

/** Places a call in the way that `check` says, and waits for its answer or its end. */
export function placeBy(
  core: ChannelCore,
  operation: string,
  { signal, timeout = ANSWER_TIMEOUT_MS }: OperationOptions,
  check: () => Placement,
): Promise<State> {
  return runOperation(
    core.endless,
    { signal, timeout },
    (stop) => {
      const placement = check();
      return dialUntilSettled(core, core.beginDial(operation), placement, stop, timeout);
    },
    ['timeout'],
  );
}

/** Places a call in the way that `check` says, and returns as soon as it is under way. */
export function startBy(
  core: ChannelCore,
  operation: string,
  { signal }: Pick<OperationOptions, 'signal'>,
  check: () => Placement,
): Promise<boolean> {
  return runOperation(core.endless, { signal }, async (stop) => {
    const placement = check();
    const call = core.beginDial(operation);
    if (placement.detection) detectFarEnd(core, call, placement.detection);
    await sent(
      call,
      placement,
      call.until((state) => state === State.IDLE, stop),
    );
    if (stop.reason) abandon(call, Cause.NORMAL, 'the call was broken off by its signal');
    return call.state !== State.IDLE;
  });
}

/** Places a call that has begun and waits for its answer or its end. When it must stop before, the call is given up; `timeout` is the limit that this may be for. */
export async function dialUntilSettled(
  core: ChannelCore,
  call: Call,
  placement: Placement,
  stop: Stop,
  timeout: number,
): Promise<State> {
  if (placement.detection) detectFarEnd(core, call, placement.detection);
  await sent(call, placement, untilSettled(call, stop));
  await untilSettled(call, stop);
  if (stop.reason === 'timeout') abandon(call, Cause.TIMEOUT, `not answered within ${timeout} ms`);
  else if (stop.reason) abandon(call, Cause.NORMAL, 'the call was broken off by this side');
  return call.state;
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
async function sent(call: Call, placement: Placement, settled: Promise<void>): Promise<void> {
  try {
    await Promise.race([handled(send(call, placement)), settled]);
  } catch (error) {
    const text = error instanceof Error ? error.message : 'the call could not be placed';
    call.release(causeOfFailure(error), { by: 'local', text });
    throw error;
  }
}

async function send(call: Call, { codecs, isLocal, dial }: Placement): Promise<void> {
  if (isLocal) call.media.place = { ...call.media.place, isLocal };
  const offer = async (localAddress: string) => (await call.media.open(localAddress, codecs)).offer();
  const leg = await dial(offer, call);
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

/** Checks what a call over the network is placed with; `more` is what programs do not say themselves. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkPlacement(
  { environment, headerFieldsToSend }: Pick<ChannelCore, 'environment' | 'headerFieldsToSend'>,
  to: string,
  options: StartCallOptions,
  { headers = [], ...more }: Pick<DialRequest, 'headers' | 'maxForwards' | 'referredBy' | 'replaces'> = {},
): Placement {
  const { codecs, ...checked } = checkDial(to, headerFieldsToSend, options);
  const request = { ...checked, ...more, headers: [...(checked.headers ?? []), ...headers] };
  return {
    codecs,
    detection: checkDetection(options.detectMachine),
    dial: (offer) => environment.signaling.dial({ ...request, offer }),
  };
}

function checkDial(to: string, listed: readonly SIPHeaderField[], options: StartCallOptions): Request {
  const { credentials } = options;
  return {
    to: checkAddress('to', to),
    ...checkCaller(listed, options),
    credentials: credentials === undefined ? undefined : checkCredentials(credentials),
    maxRedirects: checkMaxRedirects(options.maxRedirects),
  };
}

function checkMaxRedirects(count: unknown): number {
  if (count === undefined) return 0;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MOST_REDIRECTS) return count;
  throw new ChannelError('INVALID_ARGUMENT', `maxRedirects must be 0 to ${MOST_REDIRECTS}, not ${shown(count)}`);
}

/** What every kind of call can say about its caller. */
export type CallerOptions = Pick<StartCallOptions, 'from' | 'fromDisplayName' | 'codecs' | 'headers'>;

/** Checks who calls, and with what. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkCaller(
  listed: readonly SIPHeaderField[],
  options: CallerOptions,
): Pick<Request, 'from' | 'fromDisplayName' | 'codecs' | 'headers'> {
  const { from, fromDisplayName } = options;
  if (fromDisplayName !== undefined && (typeof fromDisplayName !== 'string' || /[\r\n\0]/.test(fromDisplayName))) {
    throw new ChannelError('INVALID_ARGUMENT', 'fromDisplayName must be a string without line breaks');
  }
  return {
    from: from === undefined || from === '' ? undefined : checkAddress('from', from),
    fromDisplayName,
    codecs: options.codecs === undefined ? undefined : checkCodecs(options.codecs),
    headers: fieldsToSend(listed, options.headers),
  };
}

/** Checks a SIP URI that a program gives; adds `sip:` where it was left out. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkAddress(name: string, address: unknown): string {
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
