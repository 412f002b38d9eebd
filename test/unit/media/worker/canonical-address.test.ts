import { expect, it } from 'vitest';
import { canonicalAddress } from '../../../../src/media/worker/canonical-address.ts';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['host.example', 'host.example'],
])('writes %s as %s, as sockets do', (written, canonical) => {
  expect(canonicalAddress(written)).toBe(canonical);
});
