/**
 * An address as sockets write it, so that it can be compared with where packets come from: IPv6 addresses may be
 * written in many ways (RFC 5952).
 */
export function canonicalAddress(address: string): string {
  if (!address.includes(':')) return address;
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
}
