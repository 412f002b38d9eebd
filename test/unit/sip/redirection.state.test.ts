import { describe, expect, it } from 'vitest';
import { parseNameAddrs } from '../../../src/sip/message/name-addr.codec.ts';
import { parseUri } from '../../../src/sip/message/uri.codec.ts';
import {
  type Redirection,
  type RedirectionInput,
  startRedirection,
  stepRedirection,
} from '../../../src/sip/redirection.state.ts';

const START = 'sip:start@host';

function start(most = 10): Redirection {
  const uri = parseUri(START);
  if (uri === undefined) throw new Error('no URI');
  return startRedirection(uri, most);
}

const response = (status: number, contacts = ''): RedirectionInput => ({
  type: 'response',
  status,
  contacts: parseNameAddrs([contacts]) ?? [],
});

/** Where a call goes on to, by the responses that it gets one after the other. */
function way(inputs: readonly RedirectionInput[], most?: number): (string | undefined)[] {
  let state = start(most);
  return inputs.map((input) => {
    const step = stepRedirection(state, input);
    state = step.state;
    return step.next?.raw;
  });
}

describe('the way of a call that is sent elsewhere', () => {
  it('goes by q, then by order, and deeper first', () => {
    expect(
      way([
        response(300, '<sip:a@a>;q=0.5, <sip:b@b>, <sip:c@c>;q=0.5, <sip:d@d>;q=7'),
        response(302, '<sip:e@e>'),
        response(486),
        { type: 'unreachable' },
        response(503),
        response(404),
      ]),
    ).toEqual(['sip:b@b', 'sip:e@e', 'sip:a@a', 'sip:c@c', 'sip:d@d', undefined]);
  });

  it('goes nowhere twice, however it is written', () => {
    const same =
      '<sip:start@HOST>, <sip:start@host;transport=UDP>, <sip:start@host;transport=udp>, <sip:start@host?x=y>';
    expect(way([response(302, same), response(302, same)])).toEqual(['sip:start@host;transport=UDP', undefined]);
  });

  it('passes over what cannot be called', () => {
    expect(way([response(302, '<tel:+49>, <mailto:x@y>, <sips:s@s>')])).toEqual(['sips:s@s']);
    expect(way([response(302)])).toEqual([undefined]);
  });

  it('takes neither header fields nor a method along', () => {
    expect(way([response(301, '<sip:a@a;method=BYE;x=y?Route=z>')])).toEqual(['sip:a@a;x=y']);
  });

  it('is as long as allowed', () => {
    expect(way([response(302, '<sip:a@a>'), response(302, '<sip:b@b>'), response(302, '<sip:c@c>')], 2)).toEqual([
      'sip:a@a',
      'sip:b@b',
      undefined,
    ]);
    expect(way([response(302, '<sip:a@a>')], 0)).toEqual([undefined]);
  });

  it.each([305, 380, 399, 600, 603])('ends at %i, whoever is left', (status) => {
    expect(way([response(302, '<sip:a@a>, <sip:b@b>'), response(status, '<sip:c@c>')])).toEqual(['sip:a@a', undefined]);
  });

  it('remembers where the last 3xx pointed to', () => {
    const told = stepRedirection(start(), response(302, '<sip:a@a>;q=0.1, <tel:+49>')).state;
    expect(told.contacts).toEqual(['tel:+49', 'sip:a@a']);
    expect(stepRedirection(told, response(486)).state.contacts).toEqual(['tel:+49', 'sip:a@a']);
    expect(stepRedirection(start(), response(486)).state.contacts).toBeUndefined();
  });

  it('does not follow more than 32 Contacts', () => {
    const many = Array.from({ length: 100 }, (_, at) => `<sip:a${at}@a>`).join(', ');
    expect(stepRedirection(start(), response(302, many)).state.waiting).toHaveLength(31);
  });
});
