import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import { type CallerOptions, checkPlacement, type StartCallOptions } from '../dial.ts';
import { checkServiceCall } from '../local/call-service.ts';
import { type OptionNames, refuseOptions } from '../option-names.ts';
import type { State } from '../state.ts';
import { type HandOverOptions, handOver } from './hand-over.ts';

/** How to transfer a call to a service. */
export interface ServiceTransferOptions extends CallerOptions, HandOverOptions {}

/** How to transfer a call to an address. */
export interface RetrievableTransferOptions extends ServiceTransferOptions, Pick<StartCallOptions, 'credentials'> {}

const SERVICE_OPTIONS: OptionNames<ServiceTransferOptions> = {
  codecs: true,
  from: true,
  fromDisplayName: true,
  headers: true,
  ringbackTone: true,
  signal: true,
  timeout: true,
};
const OPTIONS: OptionNames<RetrievableTransferOptions> = { ...SERVICE_OPTIONS, credentials: true };

/** Transfers a call to an address, from where it can be taken back. */
export function retrievableTransfer(
  core: ChannelCore,
  other: Channel,
  to: string,
  options: RetrievableTransferOptions,
): Promise<State> {
  const operation = 'retrievableTransfer()';
  const refused = refuseOptions(core.call, operation, options, OPTIONS);
  return refused ?? handOver(core, other, operation, options, (target) => checkPlacement(target, to, options));
}

/** Transfers a call to a service of the same user agent, from where it can be taken back. */
export function transferToInboundService(
  core: ChannelCore,
  other: Channel,
  name: string,
  options: ServiceTransferOptions,
): Promise<State> {
  const operation = 'transferToInboundService()';
  const refused = refuseOptions(core.call, operation, options, SERVICE_OPTIONS);
  return refused ?? handOver(core, other, operation, options, (target) => checkServiceCall(target, name, options));
}
