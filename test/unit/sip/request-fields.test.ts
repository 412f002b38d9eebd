import { describe, expect, it } from 'vitest';
import { checkHeaderFields } from '../../../src/channel/header-field.codec.ts';
import { contactLines, fieldLines } from '../../../src/sip/request-fields.ts';

const NAMES = [
  ...'Via From To Call-ID CSeq Max-Forwards Contact Content-Length Content-Type Content-Disposition Content-Encoding'.split(
    ' ',
  ),
  ...'Route Record-Route Allow Supported User-Agent Authorization Proxy-Authorization v f t i m l c e k'.split(' '),
  ...'X-Account Subject s Reason Require P-Asserted-Identity'.split(' '),
];

function refuses(check: () => unknown): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}

describe('header fields of the program', () => {
  it('are lines', () => {
    expect(fieldLines([{ name: 'X-Tenant', value: '7' }])).toEqual(['X-Tenant: 7']);
    expect(fieldLines()).toEqual([]);
  });

  // Otherwise a bad argument would be found out when something has been done already.
  it.each(NAMES)('are refused here only if the channel has refused them before: %s', (name) => {
    const here = refuses(() => fieldLines([{ name, value: 'x' }]));
    expect(refuses(() => checkHeaderFields({ [name]: 'x' }))).toBe(here);
  });
});

describe('where a refused call is sent', () => {
  it('is one Contact for each URI, the most wanted first', () => {
    expect(contactLines({ status: 302, contacts: ['sip:a@b;x=y?z=1'] })).toEqual(['Contact: <sip:a@b;x=y?z=1>']);
    expect(contactLines({ status: 300, contacts: ['sip:a@b', 'tel:+49', 'sips:c@d'] })).toEqual([
      'Contact: <sip:a@b>;q=1.000',
      'Contact: <tel:+49>;q=0.667',
      'Contact: <sips:c@d>;q=0.333',
    ]);
    expect(contactLines({})).toEqual([]);
    expect(contactLines({ status: 486, contacts: [] })).toEqual([]);
  });

  it.each([undefined, 200, 303, 486, 603])('needs a status that says so, and not %s', (status) => {
    expect(() => contactLines({ status, contacts: ['sip:a@b'] })).toThrow(/contacts need/u);
  });
});
