/** The family of a numeric address; a host name has none of its own. */
export type Family = 4 | 6;

/** By the colon, which no IPv4 address has. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}

/** True for the address that means every address of the machine. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** True for addresses that never leave the machine. */
function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** `192.0.2.1:5060`, `[2001:db8::1]:5060`. */
export function hostPort({ address, port }: { readonly address: string; readonly port: number }): string {
  return familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Which of our bound addresses to send from towards `remote`: of its family, and one that can reach it. Loopback and the world do not reach each
 * other. Index into `bound`, or -1 when there is none of the family.
 */
export function chooseLocal(bound: readonly string[], remote: string): number {
  const family = familyOf(remote);
  const fits = (address: string): boolean => isWildcard(address) || isLoopback(address) === isLoopback(remote);
  const best = bound.findIndex((address) => familyOf(address) === family && fits(address));
  return best >= 0 ? best : bound.findIndex((address) => familyOf(address) === family);
}
