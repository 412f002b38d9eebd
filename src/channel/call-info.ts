import type { HangupInfo } from '../errors.ts';
import type { MediaDirection } from '../media-description.ts';
import type { ChannelCore } from './channel-core.ts';
import type { FarEndType } from './far-end-type.ts';

/** Details of a channel's present call, or of the last one. Texts are empty when there was none. */
export interface CallInfo {
  /** Whether the far end called (`inbound`) or this side. */
  readonly direction: 'inbound' | 'outbound';
  /** URI of the From header field, without display name and parameters. */
  readonly from: string;
  /** Display name of the From header field. */
  readonly fromDisplayName: string | undefined;
  /** URI of the To header field. */
  readonly to: string;
  /** Request-URI of the INVITE. */
  readonly requestUri: string;
  /** Call-ID of the INVITE, the name of the call in the logs of every SIP element on its way. */
  readonly callId: string;
  /** Transport of the signalling, for example `UDP`; `LOCAL` for a call to a service or a room of the same user agent. */
  readonly transport: string;
  /** Where the signalling came from or went to, `address:port`; empty for a local call. */
  readonly remoteAddress: string;
  /** Who answered, as far as {@link StartCallOptions.detectMachine} found out; `UNKNOWN` otherwise. */
  readonly farEndType: FarEndType;
  /** SIP status that ended the call, as text; undefined while it is up or when there was none. */
  readonly rawCause: string | undefined;
  /** Who ended the call and why; undefined while it is up. */
  readonly hangup: HangupInfo | undefined;
  /** Milliseconds since the answer, or from the answer to the end. 0 before the answer. */
  readonly duration: number;
  /**
   * How audio may flow now, seen from this side (RFC 3264 §5.1, §8.4): `recvonly` or `inactive` when the far end holds the call.
   * Undefined before anything has been negotiated.
   */
  readonly mediaDirection: MediaDirection | undefined;
  /** The `id` of the channel that this one is connected to; undefined while there is none. */
  readonly connectedId: string | undefined;
  /**
   * Whether the audio of the far end goes directly to that of the connected channel, and not through this side; see
   * {@link ChannelConnections.releaseMedia}. `mediaDirection` is `inactive` then.
   */
  readonly isMediaReleased: boolean;
  /**
   * Whether the far end holds this side: it takes no audio, as it said by `sendonly` or `inactive`, or in the old way by the address
   * 0.0.0.0 (RFC 3264 §8.4). What is played goes on unheard.
   */
  readonly isHeld: boolean;
  /** All values of a header field of the INVITE, in order; the name in any case. Empty when there is none. */
  header(name: string): readonly string[];
}

/** The details at this moment. */
export function callInfo(core: ChannelCore): CallInfo {
  const { call, direction } = core;
  const invite = call.leg?.invite;
  const hangup = call.endInfo;
  return {
    direction,
    from: invite?.from ?? '',
    fromDisplayName: invite?.fromDisplayName,
    to: invite?.to ?? '',
    requestUri: invite?.requestUri ?? '',
    callId: invite?.callId ?? '',
    transport: invite?.transport ?? '',
    remoteAddress: invite?.remoteAddress ?? '',
    farEndType: call.farEndType,
    rawCause: hangup?.status === undefined ? undefined : String(hangup.status),
    hangup,
    duration: call.durationMs,
    mediaDirection: call.media.session?.direction,
    connectedId: call.connection?.other(call).channel.id,
    isMediaReleased: call.media.isReleased,
    isHeld: call.holding.isHeld,
    header: (name) => invite?.header(name) ?? [],
  };
}
