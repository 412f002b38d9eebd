import { ChannelError } from '../../errors.ts';
import { type OperationOptions, runOperation, shown, stopped } from '../../operation.ts';
import type { Call } from '../call.ts';
import type { Channel } from '../channel.ts';
import { coreOf } from '../channel-audio.ts';
import type { ChannelCore } from '../channel-core.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from '../option-names.ts';
import { State } from '../state.ts';
import { joinCalls } from './connection.ts';
import type { MediaRelease } from './media-release.ts';

/** How to connect two channels. */
export interface ConnectOptions extends OperationOptions {
  /**
   * Whether the keys that one far end presses are passed on to the other one: as telephone-events (RFC 4733) if it takes them, otherwise
   * by SIP INFO. Keys that are tones in the audio are heard anyway. Both channels detect the keys of their own far end in every case.
   * Default true.
   */
  relayDigits?: boolean | undefined;
}

const CONNECT_OPTIONS: OptionNames<ConnectOptions> = { ...OPERATION_OPTIONS, relayDigits: true };

/** Lets the far ends of two channels hear each other. */
export function connect(core: ChannelCore, other: Channel, options: ConnectOptions): Promise<boolean> {
  const { call } = core;
  const refused = refuseOptions(call, 'connect()', options, CONNECT_OPTIONS);
  if (refused) return refused;
  const { signal, timeout, relayDigits = true } = options;
  return runOperation(call, { signal, timeout }, async () => {
    const target = checkOther(core, other, 'connect()').call;
    if (typeof relayDigits !== 'boolean') {
      throw new ChannelError('INVALID_ARGUMENT', `relayDigits must be true or false, not ${shown(relayDigits)}`);
    }
    call.demandAnswered('connect()');
    if (!isAnswered(target)) return false;
    joinCalls(call, target, { operation: 'connect()', relayDigits });
    return true;
  });
}

/** Ends the connection of a call, if there is one, and waits for what is left of it; says whether there was. */
export async function disconnect(call: Call): Promise<boolean> {
  const { connection } = call;
  connection?.end();
  await call.parted;
  return connection !== undefined;
}

/** Waits until a call is not connected any more. */
export function waitForDisconnect(call: Call, options: OperationOptions): Promise<void> {
  const refused = refuseOptions(call, 'waitForDisconnect()', options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(call, options, async (stop) => {
    const over = (call.connection?.ended ?? call.parted).then(() => stop.finish());
    await Promise.race([over, stopped(stop)]);
  });
}

/** Has the far ends of two connected calls send their audio to each other, past this side. */
export function releaseMedia(call: Call, options: OperationOptions): Promise<void> {
  const refused = refuseOptions(call, 'releaseMedia()', options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(call, options, async (stop) => {
    await demandConnection(call, 'releaseMedia()').release(call, 'releaseMedia()', stop);
  });
}

/** Has them send it to this side again. */
export function takeMedia(call: Call, options: OperationOptions): Promise<void> {
  const refused = refuseOptions(call, 'takeMedia()', options, OPERATION_OPTIONS);
  if (refused) return refused;
  return runOperation(call, options, async (stop) => {
    await demandConnection(call, 'takeMedia()').takeBack(stop);
  });
}

/**
 * What belongs to another channel of the same user agent. Throws `ChannelError` `INVALID_ARGUMENT` for everything else, the channel itself
 * included.
 */
export function checkOther(core: ChannelCore, other: unknown, operation: string): ChannelCore {
  const known = coreOf(other);
  if (!known) throw new ChannelError('INVALID_ARGUMENT', `${operation} needs another channel, not ${shown(other)}`);
  if (known === core) throw new ChannelError('INVALID_ARGUMENT', `${operation} needs another channel, not this one`);
  if (known.environment !== core.environment) {
    throw new ChannelError('INVALID_ARGUMENT', `${operation} needs a channel of the same user agent`);
  }
  return known;
}

/** What can have the audio of a connected call go past this side. */
function demandConnection({ connection }: Call, operation: string): MediaRelease {
  if (connection) return connection.mediaRelease;
  throw new ChannelError('INVALID_STATE', `${operation} needs a channel that is connected to another one`);
}

/** Whether a call is answered and is not being released. */
function isAnswered(call: Call): boolean {
  return call.state === State.ANSWERED && call.isLive;
}
