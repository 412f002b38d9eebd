import { ChannelError } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import type { ChannelCore } from '../channel-core.ts';
import type { Codec } from '../codec.ts';
import type { StartCallOptions } from '../dial.ts';
import type { Leg } from '../signaling-port.ts';

/** Who calls the callee: whom the program names, otherwise the caller, as far as its name can be used. */
export function callerOf(
  { invite }: Leg,
  { from, fromDisplayName }: Pick<StartCallOptions, 'from' | 'fromDisplayName'>,
): Pick<StartCallOptions, 'from' | 'fromDisplayName'> {
  if (from !== undefined) return { from, fromDisplayName };
  const isUsable = /^sips?:[^\0-\x20\x7f<>"]+$/i.test(invite.from);
  return {
    from: isUsable ? invite.from : undefined,
    fromDisplayName: fromDisplayName ?? invite.fromDisplayName?.replace(/[\r\n\0]/gu, ' '),
  };
}

/** Whom the caller has called. What names this user agent itself leads nowhere but back to it. */
export function originalCallee({ call, direction, environment }: ChannelCore): string {
  const { leg } = call;
  if (direction === 'outbound' || !leg) {
    throw new ChannelError('INVALID_ARGUMENT', 'connectCallee() of a call out needs to be told whom to call');
  }
  const { requestUri, to } = leg.invite;
  const found = [requestUri, to].find(
    (uri) => !isOurs(uri, leg, environment.signaling.listening, environment.publicAddress),
  );
  if (found !== undefined) return found;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `${requestUri} is this user agent itself, which would call itself without end; tell connectCallee() whom to call`,
  );
}

const SIP_PORT = 5060;

function isOurs(
  uri: string,
  { localAddress }: Leg,
  listening: readonly { readonly address: string; readonly port: number }[],
  publicAddress: string | undefined,
): boolean {
  const [, host = '', port = String(SIP_PORT)] = /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;?]*)(?::(\d+))?/i.exec(uri) ?? [];
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  const ownPort = listening.some((one) => one.port === Number(port));
  const isOwnHost =
    bare === localAddress || bare === publicAddress || listening.some(({ address }) => address === bare);
  return ownPort && isOwnHost;
}

/** How often the call may still be passed on, so that calls that are passed on in a circle come to an end (RFC 7332 §5). */
export function forwardsLeft({ invite }: Leg): number | undefined {
  const [given] = invite.header('Max-Forwards');
  return given === undefined ? undefined : Math.max(0, Number(given) - 1);
}

/** Those codecs first that the caller has offered, each part in its order. */
export function codecsLike(offer: SessionDescription | undefined, codecs: readonly Codec[]): readonly Codec[] {
  const offered = new Set(
    offer?.media.flatMap(({ payloads }) => payloads.map(({ encoding }) => encoding.toUpperCase())),
  );
  const isOffered = (codec: Codec): boolean => offered.has(codec);
  return [...codecs.filter(isOffered), ...codecs.filter((codec) => !isOffered(codec))];
}
