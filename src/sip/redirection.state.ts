/**
 * Where a call goes when it is sent elsewhere (RFC 3261 §8.1.3.4, §16.5): to the Contacts of each 3xx in the order of their `q`, to each
 * URI once. Pure; the call itself carries it out.
 */
import type { NameAddr, SipUri } from './message/message.ts';
import { asRequestUri } from './refer/request-uri.codec.ts';

export interface Redirection {
  /** INVITEs that may still be sent. */
  readonly left: number;
  /** URIs that were called or wait to be. */
  readonly known: ReadonlySet<string>;
  readonly waiting: readonly SipUri[];
  /** Where the last 3xx pointed to, also what cannot be called. */
  readonly contacts?: readonly string[] | undefined;
}

export type RedirectionInput =
  | { readonly type: 'response'; readonly status: number; readonly contacts: readonly NameAddr[] }
  /** Nobody answered, or there is no way. */
  | { readonly type: 'unreachable' };

/** Statuses that name other places for the same call. 305 would name a proxy and 380 another service. */
const FOLLOWED = [300, 301, 302];
/** Contacts of one response that are read. */
const MOST_CONTACTS = 32;

/** @param most - how many more INVITEs there may be. */
export function startRedirection(to: SipUri, most: number): Redirection {
  return { left: most, known: new Set([nameOf(to)]), waiting: [] };
}

/** What a response or a failure leads to; without `next` the call is over. */
export function stepRedirection(
  state: Redirection,
  input: RedirectionInput,
): { readonly state: Redirection; readonly next?: SipUri | undefined } {
  const status = input.type === 'response' ? input.status : 0;
  const told = input.type === 'response' && status < 400 ? { ...state, contacts: urisOf(input.contacts) } : state;
  // A refusal everywhere, and a 3xx that is not followed: nobody else is asked.
  if (status >= 600 || (status >= 300 && status < 400 && !FOLLOWED.includes(status))) return { state: told };
  const { known, waiting } = input.type === 'response' && status < 400 ? withNew(told, input.contacts) : told;
  const [next, ...others] = waiting;
  if (next === undefined || told.left === 0) return { state: told };
  return { state: { ...told, left: told.left - 1, known, waiting: others }, next };
}

/** URIs of Contacts, the most wanted first. */
export function urisOf(contacts: readonly NameAddr[]): readonly string[] {
  return inOrder(contacts).map(({ uri }) => uri.raw);
}

function withNew(state: Redirection, contacts: readonly NameAddr[]): Pick<Redirection, 'known' | 'waiting'> {
  const known = new Set(state.known);
  const added: SipUri[] = [];
  for (const { uri } of inOrder(contacts)) {
    const isCallable = (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.host !== '';
    const target = isCallable ? asRequestUri(uri) : undefined;
    if (target === undefined || known.has(nameOf(target))) continue;
    known.add(nameOf(target));
    added.push(target);
  }
  return { known, waiting: [...added, ...state.waiting] };
}

function inOrder(contacts: readonly NameAddr[]): readonly NameAddr[] {
  return contacts.slice(0, MOST_CONTACTS).sort((one, other) => wantedness(other) - wantedness(one));
}

function wantedness({ params }: NameAddr): number {
  const q = Number(params.get('q') ?? 1);
  return q >= 0 && q <= 1 ? q : 0;
}

/** What two URIs that lead to the same place have in common. */
function nameOf({ scheme, user = '', host, port, params }: SipUri): string {
  return `${scheme}:${user}@${host.toLowerCase()}:${port ?? ''};${params.get('transport')?.toLowerCase() ?? ''}`;
}
