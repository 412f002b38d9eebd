import type { Clock } from '../../clock.ts';
import type { AwaitDisk } from '../../disk.ts';
import { PacketSlab } from '../core/packet-slab.ts';
import { LOCAL_ADDRESS } from '../negotiation/local-address.codec.ts';
import { PromptCache } from '../wav/prompt-cache.ts';
import { EngineCall, type EngineContext } from './engine-call.ts';
import { LocalPacketIo } from './local-packet-io.ts';
import type { PacketIo } from './packet-io.ts';
import { PhaseClock } from './phase-clock.ts';
import type { PlainError } from './plain-error.ts';
import type { EngineCommand, EngineEvent } from './protocol.ts';
import { Switchboard } from './switchboard.ts';

export interface EngineOptions {
  readonly clock: Clock;
  readonly io: PacketIo;
  readonly awaitDisk: AwaitDisk;
  /** From 0 to 1, a new one with each call. */
  readonly random: () => number;
  readonly post: (event: EngineEvent) => void;
}

/** All calls of one thread. Commands come in, events go out; it runs in a worker or in the program's own thread. */
export class Engine {
  readonly #io: PacketIo;
  readonly #local = new LocalPacketIo();
  readonly #context: EngineContext;
  readonly #calls = new Map<number, EngineCall>();
  readonly #switchboard: Switchboard;
  #isEnding = false;

  constructor(options: EngineOptions) {
    const { clock, awaitDisk, random, post } = options;
    this.#io = options.io;
    const phases = new PhaseClock(clock);
    this.#switchboard = new Switchboard(
      (call) => this.#calls.get(call)?.media.joined,
      (mix, told) => post({ type: 'mixed', mix, told }),
      phases,
    );
    this.#context = {
      clock,
      awaitDisk,
      random,
      post: (event) => {
        if (event.type === 'failed') this.#switchboard.drop(event.call);
        post(event);
      },
      phases,
      slab: new PacketSlab(),
      prompts: new PromptCache(),
    };
  }

  /** Carries out a command. Those for a call that is not there are late and mean nothing. */
  handle(command: EngineCommand): void {
    if (command.type === 'open') {
      void this.#open(command.call, command.address, command.rtpPort);
      return;
    }
    if (command.type === 'end') {
      this.#end();
      return;
    }
    if (command.type === 'join') {
      this.#switchboard.take(command.command);
      return;
    }
    const call = this.#calls.get(command.call);
    if (!call) return;
    switch (command.type) {
      case 'configure':
        call.configure(command.plan, command.inbandDtmf);
        break;
      case 'play':
      case 'record':
      case 'record-call':
      case 'digits':
      case 'echo':
        call.begin(command);
        break;
      case 'stream':
        call.stream(command.command);
        break;
      case 'take-digit':
        call.takeDigit(command.digit, command.by);
        break;
      case 'attend':
        call.attend(command.request);
        break;
      case 'answered':
        call.answered(command.mediaTimeout);
        break;
      case 'stop':
        call.stop(command.task);
        break;
      case 'control-play':
        call.controlPlay(command.task, command.control);
        break;
      case 'control-record':
        call.controlRecord(command.task, command.control);
        break;
      case 'cancel-record':
        call.cancelRecord(command.task);
        break;
      case 'statistics':
        this.#context.post({
          type: 'statistics',
          call: command.call,
          request: command.request,
          statistics: call.media.statistics(),
        });
        break;
      case 'close':
        void this.#close(command.call, call);
        break;
    }
  }

  async #open(id: number, address: string, rtpPort: number): Promise<void> {
    const call = new EngineCall(id, this.#context);
    const io = address === LOCAL_ADDRESS ? this.#local : this.#io;
    try {
      call.bind(await io.open(address, rtpPort, call));
    } catch (error) {
      this.#context.post({ type: 'open-failed', call: id, ...explain(error, address, rtpPort) });
      return;
    }
    this.#calls.set(id, call);
    this.#context.post({ type: 'opened', call: id });
    if (this.#isEnding) this.#end();
  }

  #end(): void {
    this.#isEnding = true;
    for (const [id, call] of this.#calls) void this.#close(id, call);
  }

  async #close(id: number, call: EngineCall): Promise<void> {
    this.#calls.delete(id);
    this.#switchboard.drop(id);
    await call.close();
    this.#context.post({ type: 'closed', call: id, statistics: call.media.statistics() });
  }
}

/** A port that another program has, or that this one may not use, is no failure: the next pair may work. */
function explain(error: unknown, address: string, rtpPort: number): { taken: boolean; error: PlainError } {
  const { code, message } = error as NodeJS.ErrnoException;
  const taken = code === 'EADDRINUSE' || code === 'EACCES';
  return {
    taken,
    error: taken
      ? { code: 'PORTS_EXHAUSTED', message: `RTP port ${rtpPort} of ${address} is in use` }
      : { code: 'ADDRESS_UNAVAILABLE', message: `RTP cannot be received at ${address}: ${message}` },
  };
}
