import type { ListenEvent, ListenRequest } from '../../channel/listen-port.ts';
import type { DigitMethod, InbandDtmf } from '../../channel/media-port.ts';
import type { PlayOutcome } from '../../channel/play-port.ts';
import type { RecordControl, RecordOutcome } from '../../channel/record-port.ts';
import type { Clock } from '../../clock.ts';
import type { AwaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import { CallMedia } from '../core/call-media.ts';
import type { MediaObserver } from '../core/media-observer.ts';
import type { PacketSlab } from '../core/packet-slab.ts';
import type { CodecName, MediaPlan } from '../negotiation/plan.ts';
import { CallStreams } from '../streams/call-streams.state.ts';
import type { StreamCommand } from '../streams/stream-protocol.ts';
import type { PromptCache } from '../wav/prompt-cache.ts';
import { CallPlays } from './call-plays.ts';
import { CallPorts } from './call-ports.ts';
import { canonicalAddress } from './canonical-address.ts';
import type { PacketHandler, PacketPorts } from './packet-io.ts';
import type { PhaseClock, Ticker } from './phase-clock.ts';
import { toPlainError } from './plain-error.ts';
import type { PlayControl } from './play-protocol.ts';
import type { EngineEvent, TaskCommand, TaskOutcome } from './protocol.ts';
import { RecordTasks } from './record-tasks.ts';
import { NOTHING_PLAYED, refusedOutcome } from './refused-outcome.ts';

/** What all calls of one engine share. */
export interface EngineContext {
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  readonly phases: PhaseClock;
  readonly slab: PacketSlab;
  readonly prompts: PromptCache;
  /** From 0 to 1, a new one with each call. */
  readonly random: () => number;
  post(event: EngineEvent): void;
}

/** One call of the engine: its core, its ports and its files. No fault of it reaches another call. */
export class EngineCall implements PacketHandler, MediaObserver, Ticker {
  readonly media: CallMedia;
  readonly call: number;
  readonly #context: EngineContext;
  readonly #plays: CallPlays;
  readonly #records: RecordTasks;
  readonly #streams: CallStreams;
  readonly #ports = new CallPorts();
  #law: CodecName = 'PCMU';
  #dead = false;

  constructor(call: number, context: EngineContext) {
    const { clock, random, slab } = context;
    this.call = call;
    this.#context = context;
    this.#plays = new CallPlays(this, context);
    this.#records = new RecordTasks(this, context.awaitDisk);
    this.media = new CallMedia({
      sink: this.#ports,
      observer: this,
      random,
      slab,
      // A random name for each call, so that calls cannot be linked by it (RFC 7022).
      cname: Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join(''),
      wallOffsetMs: clock.wallNow() - clock.now(),
    });
    const { taps, feeds } = this.media;
    this.#streams = new CallStreams(taps, feeds, (event) => context.post({ type: 'streamed', call, event }));
  }

  bind(ports: PacketPorts): void {
    this.#ports.bind(ports);
  }

  configure(plan: MediaPlan, inbandDtmf: InbandDtmf): void {
    this.#guard(() => {
      this.#law = plan.codec;
      const address = canonicalAddress(plan.remote.address);
      this.media.configure({ ...plan, remote: { ...plan.remote, address } }, inbandDtmf);
      this.#context.phases.add(this);
    });
  }

  begin(command: TaskCommand): void {
    const { task } = command;
    let refused: ChannelError | undefined;
    let failed = true;
    this.#guard(() => {
      refused = this.#start(command);
      failed = false;
    });
    if (failed) refused = new ChannelError('MEDIA_FAILED', 'the media of this call has failed');
    if (refused) this.finished(task, refusedOutcome(refused), true);
  }

  stop(task: number, reason: 'stopped' | 'closed' = 'stopped'): void {
    this.#guard(() => {
      if (!this.#records.stop(task, reason)) this.media.stop(task, reason);
    });
  }

  controlPlay(task: number, control: PlayControl): void {
    this.#guard(() => this.#plays.control(task, control));
  }

  controlRecord(task: number, control: RecordControl): void {
    this.#guard(() => {
      if (!this.#records.control(task, control)) return;
      this.#context.post({ type: 'record-controlled', call: this.call, task });
    });
  }

  cancelRecord(task: number): void {
    this.#guard(() => this.#records.cancel(task));
  }

  /** A key was pressed that signalling heard of. */
  takeDigit(digit: string, by: 'INFO'): void {
    this.#guard(() => this.media.takeDigit(digit, by, this.#context.clock.now()));
  }

  /** The call is answered: something has to come within so many milliseconds from now on. */
  answered(mediaTimeout: number): void {
    this.#guard(() => this.media.answered(mediaTimeout, this.#context.clock.now()));
  }

  stream(command: StreamCommand): void {
    this.#guard(() => this.#streams.take(command));
  }

  attend(request: ListenRequest): void {
    this.#guard(() => this.media.attend(request));
  }

  /** Resolves when files are complete and ports free. */
  async close(): Promise<void> {
    this.#context.phases.remove(this);
    const records = this.#records.all;
    const work = [...this.#plays.all, ...records];
    this.#guard(() => {
      for (const record of records) record.stop('closed');
      this.media.close(this.#context.clock.now());
    });
    for (const each of work) await each.settled();
    this.#ports.close();
  }

  started(task: number): void {
    this.#context.post({ type: 'started', call: this.call, task });
  }

  finished(task: number, outcome: TaskOutcome, unstarted: boolean): void {
    this.#records.remove(task);
    this.#context.post({ type: 'finished', call: this.call, task, outcome, unstarted });
  }

  receiveRtp(packet: Uint8Array, address: string, port: number): void {
    // Written out and not by `#guard`: this and `tick` run a hundred times a second for each call.
    if (this.#dead) return;
    try {
      this.media.receiveRtp(packet, packet.length, address, port, this.#context.clock.now());
    } catch (error) {
      this.#fail(error);
    }
  }

  receiveRtcp(packet: Uint8Array, address: string, port: number): void {
    this.#guard(() => this.media.receiveRtcp(packet, packet.length, address, port, this.#context.clock.now()));
  }

  tick(now: number): void {
    if (this.#dead) return;
    this.#ports.collect();
    try {
      this.media.tick(now);
    } catch (error) {
      this.#fail(error);
    }
  }

  skip(frames: number): void {
    this.#ports.collect();
    this.#guard(() => this.media.skip(frames, this.#context.clock.now()));
  }

  digit(digit: string, by: DigitMethod): void {
    this.#context.post({ type: 'digit', call: this.call, digit, by });
    this.#records.digit(digit);
  }

  heard(event: ListenEvent): void {
    this.#context.post({ type: 'heard', call: this.call, event });
  }

  silent(ms: number): void {
    this.#context.post({ type: 'silent', call: this.call, ms });
  }

  playerHungry(task: number): void {
    this.#plays.hungry(task);
  }

  playerMoved(task: number): void {
    this.#plays.moved(task);
  }

  playerEnded(
    task: number,
    reason: PlayOutcome['reason'],
    playedMs: number,
    positionMs: number,
    heardMs: number,
  ): void {
    this.#plays.ended(task, { reason, playedMs, positionMs, heardMs });
  }

  recorded(task: number, samples: Uint8Array): void {
    this.#records.write(task, samples);
  }

  recorderEnded(task: number, reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): void {
    this.#records.end(task, reason, durationMs, audioDetected);
  }

  recorderProgress(task: number, durationMs: number, level: number, audioDetected: boolean): void {
    this.#context.post({ type: 'recording', call: this.call, task, durationMs, level, audioDetected });
  }

  digitsEnded(task: number, reason: 'completed' | 'stopped' | 'closed'): void {
    this.finished(task, { reason }, false);
  }

  echoEnded(task: number, reason: 'stopped' | 'closed'): void {
    this.finished(task, { reason }, false);
  }

  /** @returns why it could not be begun. */
  #start(command: TaskCommand): ChannelError | undefined {
    const { task } = command;
    switch (command.type) {
      case 'play':
        return this.#plays.begin(task, command.request, command.isBackground, this.#law);
      case 'record':
      case 'record-call':
        if (this.#records.begin(command)) return undefined;
        return new ChannelError('BUSY', 'this call is being recorded already');
      case 'digits':
        if (!this.media.canSendDigits) {
          return new ChannelError(
            'INVALID_STATE',
            'the far end takes no telephone-events (RFC 4733), so digits cannot be sent',
          );
        }
        if (!this.media.sendDigits(task, command.request))
          return new ChannelError('BUSY', 'this call is sending digits already');
        this.started(task);
        return undefined;
      case 'echo':
        if (!this.media.echo(task)) return new ChannelError('BUSY', 'this call is echoing already');
        this.started(task);
        return undefined;
    }
  }

  #guard(run: () => void): void {
    if (this.#dead) return;
    try {
      run();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A fault in the core ends this call's media and nothing else. */
  #fail(error: unknown): void {
    this.#dead = true;
    this.#context.phases.remove(this);
    // The files are closed all the same.
    for (const play of this.#plays.all) play.end(NOTHING_PLAYED);
    for (const record of this.#records.all) record.end('error', 0, false);
    this.#context.post({ type: 'failed', call: this.call, error: toPlainError(error) });
  }
}
