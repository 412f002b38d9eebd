import type { Bridge } from '../bridge/bridge.ts';
import type { BridgeMember } from '../bridge/bridge-member.ts';
import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import type { Media } from '../playback/media.ts';
import type { PartySettings } from './conference-options.ts';
import type { PartyRole } from './room.state.ts';
import { WaitingSound } from './waiting-sound.ts';

/** Who calls a room. */
export interface RoomCaller {
  /** The channel that is in the room: one that called it, or whose call was transferred to it. */
  readonly channel: Channel;
  readonly core: ChannelCore;
  readonly settings: PartySettings;
  /** Ends its call, when the room is destroyed. */
  readonly hangUp: () => void;
}

/** One party of a room, on the room's side of its call. */
export class RoomParty {
  readonly role: PartyRole;
  readonly caller: RoomCaller;
  /** Takes the party's place in the bridge. */
  readonly far: Channel;
  readonly farCore: ChannelCore;
  readonly #sound: WaitingSound;
  #isMuted: boolean;
  /** Where it is to be: in the bridge, or waiting. */
  #isWanted = false;
  #bridge: Bridge | undefined;
  #member: BridgeMember | undefined;

  constructor(id: number, caller: RoomCaller, far: { readonly channel: Channel; readonly core: ChannelCore }) {
    const { settings, core } = caller;
    const { isTalker, startOnEntry, destroyOnExit } = settings;
    this.role = { id, isTalker, startOnEntry, destroyOnExit };
    this.caller = caller;
    this.far = far.channel;
    this.farCore = far.core;
    this.far.language = core.language;
    this.#isMuted = settings.startMuted;
    const tones = this.far.createTonePlayer(core.tones);
    this.#sound = new WaitingSound(this.far, tones, settings, core.environment.logger);
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  get isTalking(): boolean {
    return this.#member?.isTalking ?? false;
  }

  /** It hears nobody and nobody hears it. */
  wait(first: readonly Media[]): void {
    this.#isWanted = false;
    this.#bridge?.remove(this.far);
    this.#member = undefined;
    this.#sound.start(first);
  }

  /** It takes part from now on. Rejects when it cannot. */
  async join(bridge: Bridge): Promise<void> {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#bridge = bridge;
    this.#sound.stop();
    const member = await bridge.add(this.far, { talks: this.role.isTalker, muted: this.#isMuted });
    if (!this.#isWanted) return;
    this.#member = member;
    this.mute(this.#isMuted);
  }

  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
    if (isMuted) this.#member?.mute();
    else this.#member?.unmute();
  }

  /** The party has pressed a key. */
  press(digit: string): void {
    const { exitDigit, muteDigit, unmuteDigit } = this.caller.settings;
    if (digit === exitDigit) void this.far.hangUp();
    else if (digit === muteDigit && digit === unmuteDigit) this.mute(!this.#isMuted);
    else if (digit === muteDigit) this.mute(true);
    else if (digit === unmuteDigit) this.mute(false);
  }
}
