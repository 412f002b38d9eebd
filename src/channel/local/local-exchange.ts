import type { Logger } from '../../logger.ts';
import type { MediaSession } from '../media-port.ts';
import type { DialRequest, HeaderField, InviteInfo, Leg } from '../signaling-port.ts';
import { LOCAL_ADDRESS, type LocalLeg, localLegs } from './local-leg.ts';

/** What can be called within the process. */
export type LocalKind = 'service' | 'room';

/** A call within the process. */
export interface LocalDialRequest extends Pick<DialRequest, 'from' | 'fromDisplayName' | 'offer' | 'headers'> {
  /** The caller's media, once its offer has been made: the called side's has to be near it. */
  readonly near: () => MediaSession | undefined;
}

/** A call within the process, as the called side gets it. */
export interface LocalCall {
  readonly leg: Leg;
  /** The caller's media. That of this side has to be opened as local and near it. */
  readonly near: MediaSession | undefined;
}

/** Takes the calls to one name. */
export type LocalTaker = (call: LocalCall) => void;

export interface LocalExchangeOptions {
  /** User of the address that callers have who do not say another one. */
  readonly user: string;
  /** Makes the name of a call, different for each. */
  readonly newCallId: () => string;
  readonly logger: Logger;
}

/** A name that no network has (RFC 6761 §6.4). */
const HOST = 'local.invalid';

/** Where calls within the process are put through: to services and rooms, by name. */
export class LocalExchange {
  readonly #options: LocalExchangeOptions;
  readonly #kinds = new Map<LocalKind, (name: string) => LocalTaker | undefined>();

  constructor(options: LocalExchangeOptions) {
    this.#options = options;
  }

  /** Sets who finds what takes the calls to the names of one kind. */
  serve(kind: LocalKind, find: (name: string) => LocalTaker | undefined): void {
    this.#kinds.set(kind, find);
  }

  /**
   * Calls a service or a room. Resolves with the caller's leg; what becomes of the call comes as its events. Nobody by that name: it ends
   * with 404.
   */
  dial(kind: LocalKind, name: string, request: LocalDialRequest): Promise<LocalLeg> {
    return this.put(name, request, () => this.#kinds.get(kind)?.(name));
  }

  /** As {@link LocalExchange.dial}, for whom only the caller knows. */
  async put(name: string, request: LocalDialRequest, find: () => LocalTaker | undefined): Promise<LocalLeg> {
    const { logger } = this.#options;
    const offer = await request.offer(LOCAL_ADDRESS);
    const { caller, called } = localLegs({ invite: this.#invite(name, request), offer, logger });
    const take = find();
    if (!take) {
      called.listen(() => undefined);
      called.release({ status: 404, reason: 'Not Found' });
      return caller;
    }
    queueMicrotask(() => this.#taken(take, { leg: called, near: request.near() }));
    return caller;
  }

  #taken(take: LocalTaker, call: LocalCall): void {
    try {
      take(call);
    } catch (error) {
      this.#options.logger.error('a call within the process could not be taken', { error });
      call.leg.release({ status: 500 });
    }
  }

  #invite(name: string, { from, fromDisplayName, headers = [] }: LocalDialRequest): InviteInfo {
    const uri = `sip:${name}@${HOST}`;
    return {
      requestUri: uri,
      from: from ?? `sip:${this.#options.user}@${HOST}`,
      fromDisplayName,
      to: uri,
      callId: `${this.#options.newCallId()}@${HOST}`,
      transport: 'LOCAL',
      remoteAddress: '',
      header: (wanted) => valuesOf(headers, wanted),
      headers,
    };
  }
}

function valuesOf(headers: readonly HeaderField[], wanted: string): readonly string[] {
  const name = wanted.toLowerCase();
  return headers.filter((field) => field.name.toLowerCase() === name).map((field) => field.value);
}
