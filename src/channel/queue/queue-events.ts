import type { Channel } from '../channel.ts';

/** What became of a caller. */
export interface QueueOutcome {
  /** `SERVED`: it has talked to an agent; `TIMEOUT`: it has waited for too long; `REMOVED`: by the program, or because too many waited. */
  readonly how: 'SERVED' | 'TIMEOUT' | 'REMOVED';
  /** How long it waited, in milliseconds. */
  readonly waited: number;
  /** Id of the agent that it has talked to. */
  readonly agent: string | undefined;
  /** How long they talked, in milliseconds. */
  readonly talked: number;
}

/** What can be listened to on a queue. */
export interface CallQueueEvents {
  /** Somebody comes and has to wait, or is given an agent at once. */
  entered: [caller: Channel];
  /** A caller and an agent are put together. */
  paired: [caller: Channel, agentId: string];
  /** Their conversation is over. */
  parted: [caller: Channel, agentId: string];
  /** A caller does not wait any more, and is not served. */
  left: [caller: Channel];
  /** An agent has kept a recording of this name. */
  recorded: [file: string];
}
