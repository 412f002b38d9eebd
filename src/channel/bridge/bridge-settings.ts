import type { OperationOptions } from '../../operation.ts';
import type { LinkOptions, MixSettings } from '../mix-port.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import { checkFlag, checkVolume } from '../playback/play-options.ts';

/** How a channel takes part in a {@link Bridge}. */
export interface BridgeSettings {
  /** Whether the others hear it. Default true. */
  talks?: boolean | undefined;
  /** Whether it hears the others. Default true. */
  hears?: boolean | undefined;
  /** How much louder the others hear it, in decibels: -60 to 20, less than 0 for softer. Default 0. */
  gain?: number | undefined;
  /** How much louder it hears the others, in decibels: -60 to 20, less than 0 for softer. Default 0. */
  volume?: number | undefined;
}

/** How a channel is added to a {@link Bridge}. */
export interface BridgeAddOptions extends BridgeSettings, Pick<OperationOptions, 'signal'> {
  /** Whether it is muted at first; see {@link BridgeMember.unmute}. Default false. */
  muted?: boolean | undefined;
  /** Whether the keys that it presses are sent to all others that hear. Default: what the bridge was made with, false. */
  relayDigits?: boolean | undefined;
}

/** What a {@link Bridge} is like. */
export interface BridgeOptions {
  /** Whether the keys that a member presses are sent to all others that hear. Default false. */
  relayDigits?: boolean | undefined;
}

/** How one far end hears another one. */
export interface AudioWayOptions extends Pick<OperationOptions, 'signal'> {
  /** How much louder, in decibels: -60 to 20, less than 0 for softer. Default 0. */
  volume?: number | undefined;
}

export const BRIDGE_SETTINGS: OptionNames<BridgeSettings> = { gain: true, hears: true, talks: true, volume: true };
export const ADD_OPTIONS: OptionNames<BridgeAddOptions> = {
  ...BRIDGE_SETTINGS,
  muted: true,
  relayDigits: true,
  signal: true,
};
export const AUDIO_WAY_OPTIONS: OptionNames<AudioWayOptions> = { signal: true, volume: true };
const BRIDGE_OPTIONS: OptionNames<BridgeOptions> = { relayDigits: true };

/** What was asked of a mix, with nothing for what was not said. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkSettings({ talks, hears, gain, volume }: BridgeSettings): Partial<MixSettings> {
  return {
    ...(talks !== undefined && { isHeard: checkFlag('talks', talks) }),
    ...(hears !== undefined && { hears: checkFlag('hears', hears) }),
    ...(gain !== undefined && { gain: checkVolume(gain, 'gain') }),
    ...(volume !== undefined && { volume: checkVolume(volume) }),
  };
}

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkBridgeOptions(options: BridgeOptions): { readonly relayDigits: boolean } {
  const problem = optionsProblem('bridge()', options, BRIDGE_OPTIONS);
  if (problem) throw problem;
  return { relayDigits: checkFlag('relayDigits', options.relayDigits) };
}

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkAudioWay({ volume = 0 }: AudioWayOptions): LinkOptions {
  return { volume: checkVolume(volume) };
}
