import { isHangup } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { handled } from '../../operation.ts';
import type { Bridge } from '../bridge/bridge.ts';
import type { Channel } from '../channel.ts';
import { type Recording, RecordingState } from '../recording.ts';
import type { QueueKeys } from './queue-options.ts';

/** How a conversation ended. `NEVER_BEGUN`: the agent was gone before it could begin. */
export type ConversationEnd = 'CALLER_LEFT' | 'AGENT_LEFT' | 'AGENT_ENDED' | 'NEVER_BEGUN';

export interface ConversationParts {
  readonly agent: Channel;
  readonly caller: Channel;
  readonly bridge: Bridge;
  readonly keys: QueueKeys;
  /** Names the recording of this number. */
  readonly fileFor: (number: number) => string;
  /** A recording was kept. */
  readonly kept: (file: string) => void;
  readonly logger: Logger;
}

/** An agent and a caller who hear each other, and what the agent does with its keys. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #over = new AbortController();
  #recording: { readonly file: string; readonly handle: Recording } | undefined;
  #count = 0;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** Lets them talk until one of them is gone or the agent ends it. Never rejects because of a hang-up. */
  async run(): Promise<ConversationEnd> {
    const { agent, caller, bridge } = this.#parts;
    try {
      if (!(await added(bridge, agent))) return 'NEVER_BEGUN';
      if (!(await added(bridge, caller))) return 'CALLER_LEFT';
      return await this.#talk();
    } finally {
      await this.#end(true);
      await bridge.close();
    }
  }

  /** Parts the two; both calls go on. */
  stop(): void {
    this.#over.abort();
  }

  async #talk(): Promise<ConversationEnd> {
    const { agent, caller, keys } = this.#parts;
    const { signal } = this.#over;
    void caller.ended.then(() => this.#over.abort());
    agent.dtmfDetector.clearDigits();
    try {
      for await (const digit of agent.digits({ signal })) {
        if (digit === keys.end) return 'AGENT_ENDED';
        await this.#press(digit);
      }
    } catch (error) {
      if (signal.aborted) return 'CALLER_LEFT';
      if (isHangup(error)) return 'AGENT_LEFT';
      throw error;
    }
    return 'AGENT_ENDED';
  }

  /** A key of the agent. What cannot be done is logged: the two go on talking. */
  async #press(digit: string): Promise<void> {
    const { keys, logger, agent } = this.#parts;
    const { handle } = this.#recording ?? {};
    try {
      if (digit === keys.record) await this.#record();
      else if (digit === keys.pause)
        await (handle?.state === RecordingState.PAUSED ? handle.resume() : handle?.pause());
      else if (digit === keys.keep) await this.#end(true);
      else if (digit === keys.discard) await this.#end(false);
    } catch (error) {
      if (isHangup(error)) return;
      logger.warn('a key of an agent could not be obeyed', { channel: agent.id, digit, error });
    }
  }

  async #record(): Promise<void> {
    const { agent, caller, fileFor } = this.#parts;
    if (this.#isRecording) return;
    const file = fileFor(++this.#count);
    const handle = await agent.wholeCallRecorder.start(file, { channels: 'mixed' });
    this.#recording = { file, handle };
    await handled(caller.filePlayer.play({ tone: 'BEEP' }));
  }

  get #isRecording(): boolean {
    const state = this.#recording?.handle.state;
    return state === RecordingState.RECORDING || state === RecordingState.PAUSED;
  }

  async #end(isKept: boolean): Promise<void> {
    const recording = this.#recording;
    this.#recording = undefined;
    if (!recording) return;
    if (!isKept) {
      await recording.handle.cancel();
      return;
    }
    await recording.handle.stop();
    this.#parts.kept(recording.file);
  }
}

/** False when the channel's call is over. */
async function added(bridge: Bridge, channel: Channel): Promise<boolean> {
  try {
    await bridge.add(channel);
    return true;
  } catch (error) {
    if (isHangup(error)) return false;
    throw error;
  }
}
