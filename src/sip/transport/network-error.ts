import { ChannelError } from '../../errors.ts';
import { hostPort } from './address-family.codec.ts';
import type { Endpoint } from './flow.ts';

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}

/** What binding a socket failed with, as an error that says what to do. */
export function bindError(transport: 'UDP' | 'TCP', local: Endpoint, error: unknown): ChannelError {
  const where = `${transport} ${hostPort(local)}`;
  const options = { cause: error };
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new ChannelError(
        'PORT_IN_USE',
        `${where} is taken by another program: stop it, choose another port, or use port 0 for any free one`,
        options,
      );
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'ENOTFOUND':
      return new ChannelError(
        'ADDRESS_UNAVAILABLE',
        `${where} is not an address of this machine: use one of its own, or 0.0.0.0 or :: for all of them`,
        options,
      );
    case 'EAFNOSUPPORT':
      return new ChannelError(
        'ADDRESS_UNAVAILABLE',
        `${where} is of an address family that this machine does not have`,
        options,
      );
    case 'EACCES':
      return new ChannelError(
        'ADDRESS_UNAVAILABLE',
        `${where} needs more rights: ports below 1024 are often reserved, so choose a higher one`,
        options,
      );
    default:
      return new ChannelError('ADDRESS_UNAVAILABLE', `${where} could not be opened (${codeOf(error)})`, options);
  }
}

const REASONS: Record<string, string> = {
  ECONNABORTED: 'the attempt was given up',
  ECONNREFUSED: 'nothing listens there: check address and port, and that the peer runs',
  ECONNRESET: 'the peer broke the connection',
  EHOSTUNREACH: 'no route to that host: check the address and the network',
  EMSGSIZE: 'the message is too long for UDP: use transport=tcp',
  ENETUNREACH: 'no route to that network: check the address and the network',
  EPERM: 'a firewall of this machine forbids it',
  EPIPE: 'the peer closed the connection',
  ETIMEDOUT: 'it does not answer: check the address and the network',
};

/** What sending or connecting failed with, as an error that says what to do. */
export function unreachable(transport: 'UDP' | 'TCP', remote: Endpoint, error: unknown): ChannelError {
  const code = codeOf(error);
  return new ChannelError(
    'UNREACHABLE',
    `${transport} ${hostPort(remote)} cannot be reached: ${REASONS[code] ?? code}`,
    { cause: error },
  );
}

/** An `UNREACHABLE` that no system error caused. */
export function unreachableBecause(transport: 'UDP' | 'TCP', remote: Endpoint, reason: string): ChannelError {
  return new ChannelError('UNREACHABLE', `${transport} ${hostPort(remote)} cannot be reached: ${reason}`);
}
