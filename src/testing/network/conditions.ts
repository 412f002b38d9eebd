import type { OptionNames } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';

/** How a network in memory treats what is sent. Everything may be left out: then it is perfect. */
export interface NetworkConditions {
  /** How long everything takes from one end to the other, in milliseconds. Default 0, which is a tenth of a millisecond. */
  latency?: number | undefined;
  /**
   * How much longer it may take, in milliseconds: drawn anew for each datagram, evenly from 0 up to this. A datagram that is sent less
   * than this after another one may overtake it. Default 0.
   */
  jitter?: number | undefined;
  /** The share of datagrams that get lost, from 0 to 1. TCP loses nothing. Default 0. */
  loss?: number | undefined;
  /** The share of datagrams that are held up by another 50 ms, so that later ones overtake them, from 0 to 1. Default 0. */
  reorder?: number | undefined;
  /** The share of datagrams that arrive twice, from 0 to 1. Default 0. */
  duplicate?: number | undefined;
  /** After how many milliseconds every NAT forgets its mappings, so that what is sent next comes from other ports. Default: never. */
  natRebind?: number | undefined;
}

/** The conditions with everything filled in. */
export type Conditions = { readonly [Name in keyof NetworkConditions]-?: number };

export const CONDITIONS: OptionNames<NetworkConditions> = {
  latency: true,
  jitter: true,
  loss: true,
  reorder: true,
  duplicate: true,
  natRebind: true,
};

export const PERFECT: Conditions = {
  latency: 0,
  jitter: 0,
  loss: 0,
  reorder: 0,
  duplicate: 0,
  natRebind: Number.POSITIVE_INFINITY,
};

/** Conditions after a change; what is left out stays as it is. @throws ChannelError `INVALID_ARGUMENT` */
export function changedConditions(before: Conditions, change: NetworkConditions): Conditions {
  return {
    latency: checkTime('latency', change.latency ?? before.latency),
    jitter: checkTime('jitter', change.jitter ?? before.jitter),
    loss: checkShare('loss', change.loss ?? before.loss),
    reorder: checkShare('reorder', change.reorder ?? before.reorder),
    duplicate: checkShare('duplicate', change.duplicate ?? before.duplicate),
    natRebind: checkInterval('natRebind', change.natRebind ?? before.natRebind),
  };
}

function checkTime(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 60_000) return value;
  throw bad(`${name} must be a number of milliseconds from 0 to 60000, not ${shown(value)}`);
}

function checkShare(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw bad(`${name} must be a share from 0 to 1, such as 0.05 for 5 %, not ${shown(value)}`);
}

function checkInterval(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 1) return value;
  throw bad(`${name} must be a number of milliseconds of at least 1, not ${shown(value)}`);
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
