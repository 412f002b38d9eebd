import type { Credentials, SipTrace } from '../channel/signaling-port.ts';
import type { Clock } from '../clock.ts';
import { ChannelError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { SipUri } from './message/message.ts';
import { refuseLineBreaks } from './message/quoted-string.codec.ts';
import { isToken } from './message/token.codec.ts';
import { parseUri } from './message/uri.codec.ts';
import type { RandomFill } from './random-tokens.ts';
import type { Timings } from './reliability/timings.ts';
import type { ScreeningRules } from './screening/rules.ts';
import type { HostLookup } from './transport/host-lookup.ts';
import type { Network } from './transport/network.ts';
import type { ServiceLookup } from './transport/resolve-target.ts';

export interface SipSignalingOptions {
  /** Numeric address to listen at; `0.0.0.0` or `::` for every address of the machine. */
  readonly address: string;
  /** 0 for any free port, the same for all transports. */
  readonly port: number;
  /** The first is used for calls to URIs that ask for none. */
  readonly transports: readonly ('udp' | 'tcp')[];
  /** Written into Via, Contact and From, and given to the media, instead of the local address: for a host behind NAT. */
  readonly publicAddress?: string | undefined;
  /** User part of our own URI. */
  readonly user?: string | undefined;
  readonly displayName?: string | undefined;
  readonly userAgentHeader: string;
  /** Used where a call brings none of its own. */
  readonly credentials?: Credentials | readonly Credentials[] | undefined;
  /** `sip:` URI of the proxy that all calls out go through. */
  readonly outboundProxy?: string | undefined;
  /** Calls beyond this are refused with 503. No limit by default. */
  readonly maxCalls?: number | undefined;
  /** Seconds in the Retry-After of that 503. Default 5. */
  readonly retryAfter?: number | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly network?: Network | undefined;
  readonly lookup?: HostLookup | undefined;
  /** SRV records. With a `lookup` of its own and without this there are none. */
  readonly services?: ServiceLookup | undefined;
  readonly timings?: Partial<Timings> | undefined;
  readonly rules?: Partial<ScreeningRules> | undefined;
  /** Told of every message that comes or goes, also of those sent again. */
  readonly trace?: ((message: SipTrace) => void) | undefined;
  /** Answers REGISTER with 200, for peers that want to register before they call. Nothing is remembered. Default false. */
  readonly acceptRegistrations?: boolean | undefined;
  /** Where tags and Call-IDs take their randomness from. */
  readonly random?: RandomFill | undefined;
}

/** @throws ChannelError `INVALID_ARGUMENT` */
export function checkOptions(options: SipSignalingOptions): { readonly proxy: SipUri | undefined } {
  const { transports, user, userAgentHeader, displayName, outboundProxy } = options;
  if (transports.length === 0 || transports.some((transport) => transport !== 'udp' && transport !== 'tcp')) {
    throw new ChannelError('INVALID_ARGUMENT', "transports must name at least one of 'udp' and 'tcp'");
  }
  if (user !== undefined && parseUri(`sip:${user}@host`)?.user !== user) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `user ${JSON.stringify(user)} is not the user part of a SIP URI; escape what is not allowed there`,
    );
  }
  refuseLineBreaks(userAgentHeader, 'userAgentHeader');
  if (userAgentHeader === '' || !isToken(userAgentHeader.charAt(0)))
    throw new ChannelError('INVALID_ARGUMENT', 'userAgentHeader must begin with a product name');
  if (displayName !== undefined) refuseLineBreaks(displayName, 'displayName');
  const proxy = outboundProxy === undefined ? undefined : parseUri(outboundProxy);
  if (outboundProxy !== undefined && proxy?.scheme !== 'sip') {
    throw new ChannelError('INVALID_ARGUMENT', `outboundProxy ${JSON.stringify(outboundProxy)} is not a sip: URI`);
  }
  return { proxy };
}
