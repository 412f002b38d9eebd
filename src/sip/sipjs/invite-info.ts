import type { HeaderField, InviteInfo } from '../../channel/signaling-port.ts';
import { canonicalName } from '../message/header-names.codec.ts';
import type { SipRequest } from '../message/message.ts';
import { hostPort } from '../transport/address-family.codec.ts';
import type { Flow } from '../transport/flow.ts';

export function inboundInvite(request: SipRequest, flow: Flow): InviteInfo {
  return {
    requestUri: request.uri,
    from: request.from.uri.raw,
    fromDisplayName: request.from.displayName,
    to: request.to.uri.raw,
    callId: request.callId,
    transport: flow.transport,
    remoteAddress: hostPort(flow.remote),
    header: (name) => request.lines(name),
    headers: request.fields,
  };
}

/** @param fields - all header fields of our INVITE that the program may ask for. */
export function outboundInvite(
  known: Pick<InviteInfo, 'requestUri' | 'from' | 'fromDisplayName' | 'to' | 'callId'>,
  flow: Flow,
  fields: readonly HeaderField[],
): InviteInfo {
  const header = (name: string): readonly string[] => {
    const wanted = canonicalName(name).toLowerCase();
    return fields.filter((field) => canonicalName(field.name).toLowerCase() === wanted).map(({ value }) => value);
  };
  return { ...known, transport: flow.transport, remoteAddress: hostPort(flow.remote), header, headers: fields };
}
