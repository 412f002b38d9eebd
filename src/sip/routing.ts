import type { SipUri } from './message/message.ts';
import { parseNameAddr } from './message/name-addr.codec.ts';
import type { Flow } from './transport/flow.ts';
import { type ResolveOptions, resolveTarget } from './transport/resolve-target.ts';
import type { Target } from './transport/target.ts';

/** The URI that the next request of a dialog goes to: the first of the route set, else the remote target (RFC 3261 §8.1.2). */
export function nextHop(routeSet: readonly string[], remoteTarget: SipUri): SipUri {
  const first = routeSet[0];
  return (first === undefined ? undefined : parseNameAddr(first)?.uri) ?? remoteTarget;
}

export interface RouterOptions extends ResolveOptions {
  readonly flowTo: (target: Target) => Promise<Flow>;
}

/** Finds the way to a URI. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /**
   * A flow to the best of the targets that one can be made to (RFC 3263 §4.3). Rejects with `HOST_UNRESOLVED`, or with `UNREACHABLE`
   * as the last target did.
   */
  async flowTo(uri: SipUri): Promise<Flow> {
    const [first, ...others] = await resolveTarget(uri, this.#options);
    let flow = this.#options.flowTo(first);
    for (const target of others) flow = flow.catch(() => this.#options.flowTo(target));
    return flow;
  }
}
