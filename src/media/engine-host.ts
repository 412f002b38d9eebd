import type { MediaOpenOptions, MediaSession } from '../channel/media-port.ts';
import type { Clock } from '../clock.ts';
import type { AwaitDisk } from '../disk.ts';
import { ChannelError } from '../errors.ts';
import { Demand } from './demand.state.ts';
import { EngineJoins } from './engine-joins.ts';
import { CallSession } from './media-session.ts';
import { LOCAL_ADDRESS } from './negotiation/local-address.codec.ts';
import type { CodecName } from './negotiation/plan.ts';
import type { PortSupply } from './port-supply.ts';
import type { EngineLink } from './worker/engine-link.ts';
import { fromPlainError } from './worker/plain-error.ts';
import type { EngineEvent } from './worker/protocol.ts';

/** Ports that no call has asked for are closed when none did for so many milliseconds. */
const IDLE_MS = 1000;
/** At most one of so many free pairs of ports is opened before it is asked for. */
const PORTS_FOR_ONE_AHEAD = 16;

/** What all engines share. */
export interface EngineHostContext {
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  readonly ports: PortSupply;
  /** A number for a call, unlike those of others. */
  readonly newCall: () => number;
}

/** A call of an engine, from the moment that it takes its ports. */
interface Resident {
  readonly call: number;
  readonly address: string;
  readonly rtpPort: number;
  /** Its far end is another call of the engine, so that its port is a mere number. */
  readonly isLocal: boolean;
  opened: (event: EngineEvent | ChannelError) => void;
  /** Nothing before there is a call for the ports. */
  session: CallSession | undefined;
  /** Its ports will be free in a moment. */
  isClosing: boolean;
}

/** One engine with its calls. When many come, it has ports open before they are asked for, which saves each a wait for the engine. */
export class EngineHost {
  readonly #link: EngineLink;
  readonly #context: EngineHostContext;
  readonly #residents = new Map<number, Resident>();
  readonly #demand = new Demand();
  readonly #joins: EngineJoins;
  /** Residents whose ports are open and wait for a call. */
  #spares: Resident[] = [];
  /** How many spares are being opened. */
  #opening = 0;
  #takenAt = 0;
  #idle: Disposable | undefined;
  #closed = false;

  constructor(link: EngineLink, context: EngineHostContext) {
    this.#link = link;
    this.#context = context;
    this.#joins = new EngineJoins(context.ports, (command) => link.post({ type: 'join', command }));
  }

  /** How many calls it has. */
  get calls(): number {
    return this.#residents.size - this.#spares.length - this.#opening;
  }

  /** A session with ports of its own, or nothing when other programs have all that are free. Rejects with a `ChannelError`. */
  async open(options: MediaOpenOptions, codecs: readonly CodecName[]): Promise<CallSession | undefined> {
    const { address } = options;
    const resident = this.#takeSpare(address) ?? (await this.#openAny(address));
    if (resident && !this.#closed) this.#openAhead(address);
    return resident && this.#seat(resident, options, codecs);
  }

  /** A session whose far end is another one of this engine. Rejects with a `ChannelError`. */
  async openLocal(options: MediaOpenOptions, codecs: readonly CodecName[]): Promise<CallSession> {
    const call = this.#context.newCall();
    const resident = this.#newResident(call, LOCAL_ADDRESS, 2 * call, true);
    await this.#bind(resident);
    return this.#seat(resident, { ...options, publicAddress: undefined }, codecs);
  }

  /** Whether it carries this session. */
  carries(session: MediaSession): boolean {
    for (const resident of this.#residents.values()) if (resident.session === session) return true;
    return false;
  }

  /** Gives the ports back that no call has asked for. */
  dropSpares(): void {
    for (const spare of this.#spares.splice(0)) this.#dismiss(spare);
  }

  /** Takes what the engine says. */
  take(event: EngineEvent): void {
    if (event.type === 'ready') return;
    if (event.type === 'mixed') {
      this.#joins.take(event.mix, event.told);
      return;
    }
    const resident = this.#residents.get(event.call);
    if (!resident) return;
    if (event.type === 'opened' || event.type === 'open-failed') resident.opened(event);
    else {
      if (event.type === 'closed') this.#forget(resident);
      resident.session?.take(event);
    }
  }

  /** The engine is gone. @returns how many calls have lost their audio. */
  lose(error: ChannelError): number {
    const { calls } = this;
    this.#rest();
    for (const resident of this.#residents.values()) {
      this.#release(resident);
      resident.opened(error);
      resident.session?.lose(error);
    }
    this.#residents.clear();
    this.#joins.lose();
    return calls;
  }

  /** Closes all calls and ends the engine. @param error - for those who wait for ports. */
  async close(error: ChannelError): Promise<void> {
    this.#rest();
    await Promise.all(Array.from(this.#residents.values(), async ({ session }) => session?.close()));
    await this.#link.close();
    for (const { opened } of this.#residents.values()) opened(error);
  }

  /** Opens nothing ahead any more. */
  #rest(): void {
    this.#closed = true;
    this.#idle?.[Symbol.dispose]();
    this.dropSpares();
  }

  #takeSpare(address: string): Resident | undefined {
    const index = this.#spares.findIndex((spare) => spare.address === address);
    return index < 0 ? undefined : this.#spares.splice(index, 1)[0];
  }

  async #openAny(address: string): Promise<Resident | undefined> {
    for (let left = this.#context.ports.free; left > 0; left--) {
      const resident = await this.#openNext(address);
      if (resident) return resident;
    }
    return undefined;
  }

  /** Opens the next pair of ports. @returns nothing when another program has it. */
  async #openNext(address: string): Promise<Resident | undefined> {
    const rtpPort = this.#context.ports.take();
    if (rtpPort === undefined) return undefined;
    const resident = this.#newResident(this.#context.newCall(), address, rtpPort, false);
    return (await this.#bind(resident)) ? resident : undefined;
  }

  #newResident(call: number, address: string, rtpPort: number, isLocal: boolean): Resident {
    return { call, address, rtpPort, isLocal, opened: () => undefined, session: undefined, isClosing: false };
  }

  /** Has the engine open its ports. @returns false when another program has them. */
  async #bind(resident: Resident): Promise<boolean> {
    const { call, address, rtpPort } = resident;
    if (this.#residents.size === 0) this.#link.hold(true);
    const result = await new Promise<EngineEvent | ChannelError>((opened) => {
      resident.opened = opened;
      this.#residents.set(call, resident);
      this.#link.post({ type: 'open', call, address, rtpPort });
    });
    if (result instanceof ChannelError) throw result;
    if (result.type !== 'open-failed') return true;
    this.#forget(resident);
    if (result.taken) return false;
    throw fromPlainError(result.error);
  }

  /** Opens as many pairs of ports as calls are likely to ask for soon, several together. */
  #openAhead(address: string): void {
    const { clock, ports } = this.#context;
    this.#takenAt = clock.now();
    const wanted = Math.min(this.#demand.taken(this.#takenAt), Math.floor(ports.free / PORTS_FOR_ONE_AHEAD));
    const present = this.#spares.length + this.#opening;
    if (present > wanted / 2) return;
    for (let missing = wanted - present; missing > 0; missing--) void this.#openSpare(address);
  }

  async #openSpare(address: string): Promise<void> {
    this.#opening++;
    let spare: Resident | undefined;
    try {
      spare = await this.#openNext(address);
    } catch {
      // The next call tries it again, and is told.
    }
    this.#opening--;
    if (!spare) return;
    this.#spares.push(spare);
    if (this.#closed) this.dropSpares();
    else this.#watchIdle();
  }

  #watchIdle(): void {
    const { clock } = this.#context;
    this.#idle ??= clock.schedule(this.#takenAt + IDLE_MS, () => {
      this.#idle = undefined;
      if (clock.now() < this.#takenAt + IDLE_MS) this.#watchIdle();
      else this.dropSpares();
    });
  }

  #seat(resident: Resident, options: MediaOpenOptions, codecs: readonly CodecName[]): CallSession {
    const { call, address, rtpPort } = resident;
    resident.session = new CallSession({
      call,
      address,
      publicAddress: options.publicAddress,
      mediaTimeout: options.mediaTimeout,
      inbandDtmf: options.inbandDtmf,
      rtpPort,
      codecs,
      sessionId: String(Math.floor(this.#context.clock.wallNow()) * 1000 + (call % 1000)),
      clock: this.#context.clock,
      awaitDisk: this.#context.awaitDisk,
      post: (command) => {
        if (command.type === 'close') this.#dismiss(resident);
        else this.#link.post(command);
      },
      joins: this.#joins,
    });
    return resident.session;
  }

  #dismiss(resident: Resident): void {
    if (!resident.isClosing && !resident.isLocal) this.#context.ports.returns();
    resident.isClosing = true;
    this.#link.post({ type: 'close', call: resident.call });
  }

  #forget(resident: Resident): void {
    if (!this.#residents.delete(resident.call)) return;
    this.#release(resident);
    if (this.#residents.size === 0) this.#link.hold(false);
  }

  #release({ rtpPort, isClosing, isLocal }: Resident): void {
    if (!isLocal) this.#context.ports.release(rtpPort, isClosing);
  }
}
