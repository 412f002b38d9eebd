import { ChannelError } from '../../errors.ts';
import { shown } from '../../shown.ts';
import type { ChannelCore } from '../channel-core.ts';
import {
  type CallerOptions,
  type CallOptions,
  checkCaller,
  type Placement,
  placeBy,
  type StartCallOptions,
  startBy,
} from '../dial.ts';
import { type OptionNames, refuseOptions } from '../option-names.ts';
import type { State } from '../state.ts';

/** How to call a service without waiting for the answer. */
export interface StartServiceCallOptions extends CallerOptions, Pick<StartCallOptions, 'signal'> {}

/** How to call a service. */
export interface ServiceCallOptions extends StartServiceCallOptions, Pick<CallOptions, 'timeout'> {}

const START_OPTIONS: OptionNames<StartServiceCallOptions> = {
  codecs: true,
  from: true,
  fromDisplayName: true,
  headers: true,
  signal: true,
};
const OPTIONS: OptionNames<ServiceCallOptions> = { ...START_OPTIONS, timeout: true };

/** Calls a service of the same user agent and waits for its answer or its end. */
export function callInboundService(core: ChannelCore, name: string, options: ServiceCallOptions): Promise<State> {
  const refused = refuseOptions(core.endless, 'callInboundService()', options, OPTIONS);
  return refused ?? placeBy(core, 'callInboundService()', options, () => checkServiceCall(core, name, options));
}

/** Calls a service of the same user agent and returns as soon as the call is under way. */
export function startCallInboundService(
  core: ChannelCore,
  name: string,
  options: StartServiceCallOptions,
): Promise<boolean> {
  const refused = refuseOptions(core.endless, 'startCallInboundService()', options, START_OPTIONS);
  return refused ?? startBy(core, 'startCallInboundService()', options, () => checkServiceCall(core, name, options));
}

/** Checks what a service is called with. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkServiceCall(
  { environment, headerFieldsToSend }: ChannelCore,
  name: string,
  options: StartServiceCallOptions,
): Placement {
  checkServiceName(name);
  const { codecs, ...request } = checkCaller(headerFieldsToSend, options);
  return {
    codecs,
    isLocal: true,
    dial: (offer, { media }) =>
      environment.local.dial('service', name, { ...request, offer, near: () => media.session }),
  };
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless it can be the name of a service. */
export function checkServiceName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `the name of a service consists of letters, digits and - _ . and is not ${shown(name)}`,
    );
  }
}
