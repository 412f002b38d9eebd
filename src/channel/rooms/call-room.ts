import { handled } from '../../operation.ts';
import { Cause } from '../cause.ts';
import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import { checkCaller, placeBy, startBy } from '../dial.ts';
import { refuseOptions } from '../option-names.ts';
import { handOver } from '../parties/hand-over.ts';
import { State } from '../state.ts';
import {
  CALL_OPTIONS,
  type ConferenceCallOptions,
  type ConferenceTransferOptions,
  checkConference,
  checkRoomName,
  START_OPTIONS,
  type StartConferenceCallOptions,
  TRANSFER_OPTIONS,
} from './conference-options.ts';
import type { RoomPlacement } from './conference-rooms.ts';

/** Calls a conference room and waits until the channel is in it. */
export function callConferenceRoom(core: ChannelCore, name: string, options: ConferenceCallOptions): Promise<State> {
  const operation = 'callConferenceRoom()';
  const refused = refuseOptions(core.endless, operation, options, CALL_OPTIONS);
  if (refused) return refused;
  let entered: Promise<void> | undefined;
  const calling = placeBy(core, operation, options, () => {
    const placement = checkRoomCall(core, name, options, operation);
    entered = placement.entered;
    return placement;
  });
  return handled(
    calling.then(async (state) => {
      if (state === State.ANSWERED) await entered;
      return core.call.state;
    }),
  );
}

/** Calls a conference room and returns as soon as the call is under way. */
export function startCallConferenceRoom(
  core: ChannelCore,
  name: string,
  options: StartConferenceCallOptions,
): Promise<boolean> {
  const operation = 'startCallConferenceRoom()';
  const refused = refuseOptions(core.endless, operation, options, START_OPTIONS);
  return refused ?? startBy(core, operation, options, () => checkRoomCall(core, name, options, operation));
}

/** Transfers a call to a conference room, from where it comes back. */
export function transferToConferenceRoom(
  core: ChannelCore,
  other: Channel,
  name: string,
  options: ConferenceTransferOptions,
): Promise<State> {
  const operation = 'transferToConferenceRoom()';
  const refused = refuseOptions(core.call, operation, options, TRANSFER_OPTIONS);
  if (refused) return refused;
  const { call } = core;
  return handOver(core, other, operation, options, ({ headerFieldsToSend }) => {
    checkRoomName(name);
    const { from, headers } = checkCaller(headerFieldsToSend, { from: options.from });
    const caller = {
      channel: core.owner.channel(),
      core,
      settings: checkConference(options, core.tones),
      hangUp: () => call.release(Cause.NORMAL, { by: 'local', text: 'the conference room was destroyed' }),
    };
    return core.owner.rooms().placement(name, caller, { from, headers });
  });
}

/** Checks what a room is called with. Throws `ChannelError` `INVALID_ARGUMENT`. */
function checkRoomCall(
  core: ChannelCore,
  name: string,
  options: StartConferenceCallOptions,
  operation: string,
): RoomPlacement {
  checkRoomName(name);
  const { headers } = checkCaller(core.headerFieldsToSend, {});
  const caller = {
    channel: core.owner.channel(),
    core,
    settings: checkConference(options, core.tones),
    hangUp: () => core.call.release(Cause.NORMAL, { by: 'remote', text: 'the conference room was destroyed' }),
  };
  const placement = core.owner.rooms().placement(name, caller, { headers });
  return {
    ...placement,
    dial: (offer, call) => {
      // It is in a conference from now on and cannot be connected.
      call.activity.take('joined', operation);
      return placement.dial(offer, call);
    },
  };
}
