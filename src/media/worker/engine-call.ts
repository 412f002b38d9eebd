import type { DigitMethod, InbandDtmf, MediaStatistics, RecordOutcome } from '../../channel/media-port.ts';
import type { PlayOutcome } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';
import type { AwaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import { CallMedia } from '../core/call-media.ts';
import type { MediaObserver } from '../core/media-observer.ts';
import type { PacketSink } from '../core/packet-sink.ts';
import type { PacketSlab } from '../core/packet-slab.ts';
import type { CodecName, MediaPlan } from '../negotiation/plan.ts';
import type { PromptCache } from '../wav/prompt-cache.ts';
import { canonicalAddress } from './canonical-address.ts';
import type { PacketHandler, PacketPorts } from './packet-io.ts';
import type { PhaseClock, Ticker } from './phase-clock.ts';
import { toPlainError } from './plain-error.ts';
import { PlayTask } from './play-task.ts';
import type { EngineEvent, EnginePlayRequest, TaskCommand, TaskOutcome } from './protocol.ts';
import { RecordTask } from './record-task.ts';
import { ToneTask } from './tone-task.ts';

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
export class EngineCall implements PacketHandler, PacketSink, MediaObserver, Ticker {
  readonly media: CallMedia;
  readonly #call: number;
  readonly #context: EngineContext;
  readonly #plays = new Map<number, PlayTask | ToneTask>();
  readonly #records = new Map<number, RecordTask>();
  #ports: PacketPorts | undefined;
  #law: CodecName = 'PCMU';
  #address = '';
  #rtpPort = 0;
  #rtcpAddress = '';
  #rtcpPort = 0;
  #dead = false;

  constructor(call: number, context: EngineContext) {
    const { clock, random, slab } = context;
    this.#call = call;
    this.#context = context;
    this.media = new CallMedia({
      sink: this,
      observer: this,
      random,
      slab,
      // A random name for each call, so that calls cannot be linked by it (RFC 7022).
      cname: Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join(''),
      wallOffsetMs: clock.wallNow() - clock.now(),
    });
  }

  /** Hands over the ports. */
  bind(ports: PacketPorts): void {
    this.#ports = ports;
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
    if (failed) refused = this.#refuse('MEDIA_FAILED', 'the media of this call has failed');
    if (refused === undefined) return;
    const outcome = {
      playedMs: 0,
      durationMs: 0,
      bytes: 0,
      audioDetected: false,
      reason: 'error',
      error: toPlainError(refused),
    };
    this.finished(task, outcome as TaskOutcome, true);
  }

  stop(task: number, reason: 'stopped' | 'closed' = 'stopped'): void {
    this.#guard(() => {
      const record = this.#records.get(task);
      if (record) record.stop(reason);
      else this.media.stop(task, reason);
    });
  }

  /** A key was pressed that signalling heard of. */
  takeDigit(digit: string, by: 'INFO'): void {
    this.#guard(() => this.media.takeDigit(digit, by, this.#context.clock.now()));
  }

  /** The call is answered: something has to come within so many milliseconds from now on. */
  answered(mediaTimeout: number): void {
    this.#guard(() => this.media.answered(mediaTimeout, this.#context.clock.now()));
  }

  statistics(): MediaStatistics {
    return this.media.statistics();
  }

  /** Resolves when files are complete and ports free. */
  async close(): Promise<void> {
    this.#context.phases.remove(this);
    const work = [...this.#plays.values(), ...this.#records.values()];
    this.#guard(() => {
      for (const task of this.#records.keys()) this.stop(task, 'closed');
      this.media.close(this.#context.clock.now());
    });
    for (const each of work) await each.settled();
    this.#ports?.close();
  }

  started(task: number): void {
    this.#context.post({ type: 'started', call: this.#call, task });
  }

  finished(task: number, outcome: TaskOutcome, unstarted: boolean): void {
    this.#records.delete(task);
    this.#context.post({ type: 'finished', call: this.#call, task, outcome, unstarted });
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
    try {
      this.media.tick(now);
    } catch (error) {
      this.#fail(error);
    }
  }

  skip(frames: number): void {
    this.#guard(() => this.media.skip(frames, this.#context.clock.now()));
  }

  sendRtp(slab: Uint8Array, offset: number, length: number): void {
    this.#ports?.sendRtp(slab, offset, length, this.#address, this.#rtpPort);
  }

  sendRtcp(slab: Uint8Array, offset: number, length: number): void {
    this.#ports?.sendRtcp(slab, offset, length, this.#rtcpAddress, this.#rtcpPort);
  }

  setRemote(address: string, rtpPort: number, rtcpAddress: string, rtcpPort: number, settled: boolean): void {
    this.#address = address;
    this.#rtpPort = rtpPort;
    this.#rtcpAddress = rtcpAddress;
    this.#rtcpPort = rtcpPort;
    if (settled) this.#ports?.connect(address, rtpPort);
    else this.#ports?.disconnect();
  }

  digit(digit: string, by: DigitMethod): void {
    this.#context.post({ type: 'digit', call: this.#call, digit, by });
    for (const record of this.#records.values()) record.digit(digit);
  }

  silent(ms: number): void {
    this.#context.post({ type: 'silent', call: this.#call, ms });
  }

  playerHungry(task: number): void {
    this.#plays.get(task)?.feed();
  }

  playerEnded(task: number, reason: PlayOutcome['reason'], playedMs: number): void {
    const play = this.#plays.get(task);
    play?.end(reason, playedMs);
    void play?.settled().then(() => this.#plays.delete(task));
  }

  recorded(task: number, samples: Uint8Array): void {
    this.#records.get(task)?.write(samples);
  }

  recorderEnded(task: number, reason: RecordOutcome['reason'], durationMs: number, audioDetected: boolean): void {
    this.#records.get(task)?.end(reason, durationMs, audioDetected);
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
      case 'play': {
        if (!this.media.play(task, command.request.bargeIn))
          return this.#refuse('BUSY', 'this call is playing already');
        const play = this.#playTask(task, command.request);
        this.#plays.set(task, play);
        play.begin();
        return undefined;
      }
      case 'record':
      case 'record-call': {
        const record = new RecordTask(task, command.request, this, this.#context.awaitDisk);
        if ([...this.#records.values()].some(({ isOfCall }) => isOfCall === record.isOfCall)) {
          return this.#refuse('BUSY', 'this call is being recorded already');
        }
        this.#records.set(task, record);
        record.begin();
        return undefined;
      }
      case 'digits':
        if (!this.media.canSendDigits) {
          return this.#refuse(
            'INVALID_STATE',
            'the far end takes no telephone-events (RFC 4733), so digits cannot be sent',
          );
        }
        if (!this.media.sendDigits(task, command.request))
          return this.#refuse('BUSY', 'this call is sending digits already');
        this.started(task);
        return undefined;
      case 'echo':
        if (!this.media.echo(task)) return this.#refuse('BUSY', 'this call is echoing already');
        this.started(task);
        return undefined;
    }
  }

  #playTask(task: number, request: EnginePlayRequest): PlayTask | ToneTask {
    const [source, ...others] = request.sources;
    if (source?.kind === 'file' && others.length === 0) {
      return new PlayTask(task, { ...request, path: source.path }, this.#law, this, this.#context);
    }
    if (source?.kind === 'tone' && others.length === 0) return new ToneTask(task, source.tone, this.#law, this);
    throw this.#refuse('INVALID_STATE', 'only a file or a tone can be played');
  }

  #refuse(code: 'BUSY' | 'INVALID_STATE' | 'MEDIA_FAILED', message: string): ChannelError {
    return new ChannelError(code, message);
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
    for (const play of this.#plays.values()) play.end('error', 0);
    for (const record of this.#records.values()) record.end('error', 0, false);
    this.#context.post({ type: 'failed', call: this.#call, error: toPlainError(error) });
  }
}
