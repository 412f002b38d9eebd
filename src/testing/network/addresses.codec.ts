/** Addresses of the n-th host of a network, from 1: 192.0.2.n, or 10.0.0.n with 203.0.113.n outside of its NAT (RFC 5737, RFC 1918). */
export function addressesOf(
  number: number,
  nat: boolean,
): { readonly address: string; readonly publicAddress: string } {
  const tail = `${number >> 8}.${number & 255}`;
  // Beyond 254 hosts, the addresses for measuring networks (RFC 2544).
  const isOne = number < 255;
  if (nat) return { address: `10.0.${tail}`, publicAddress: isOne ? `203.0.113.${number}` : `198.19.${tail}` };
  const address = isOne ? `192.0.2.${number}` : `198.18.${tail}`;
  return { address, publicAddress: address };
}
