import { describe, expect, it } from 'vitest';
import {
  cancelledKey,
  clientKey,
  inviteKey,
  requestKey,
  responseKey,
} from '../../../../src/sip/reliability/transaction-key.codec.ts';
import { requestOf, requestText, responseOf, responseText } from '../../../support/sip-text.ts';

const keyOf = (method: string, wanted: Parameters<typeof requestText>[1] = {}): string =>
  requestKey(requestOf(requestText(method, wanted)));

describe('transaction keys', () => {
  it('match an ACK and the INVITE of the same branch, but not a CANCEL (§17.2.3)', () => {
    expect(keyOf('ACK')).toBe(keyOf('INVITE'));
    expect(keyOf('CANCEL')).not.toBe(keyOf('INVITE'));
    expect(inviteKey(requestOf(requestText('CANCEL')))).toBe(keyOf('INVITE'));
  });

  it('tell two peers apart that chose the same branch', () => {
    const branch = 'z9hG4bKsame';
    const one = keyOf('INVITE', { via: `SIP/2.0/UDP 192.0.2.9:5060;branch=${branch}` });
    expect(keyOf('INVITE', { via: `SIP/2.0/UDP 192.0.2.9:5070;branch=${branch}` })).not.toBe(one);
    expect(keyOf('INVITE', { via: `SIP/2.0/UDP 192.0.2.8:5060;branch=${branch}` })).not.toBe(one);
    expect(keyOf('INVITE', { via: `SIP/2.0/UDP 192.0.2.9:5060;branch=${branch};received=192.0.2.7` })).toBe(one);
  });

  it('compare the host of sent-by without regard to case', () => {
    expect(keyOf('BYE', { via: 'SIP/2.0/UDP Host.Example;branch=z9hG4bK1' })).toBe(
      keyOf('BYE', { via: 'SIP/2.0/UDP hOST.example;branch=z9hG4bK1' }),
    );
  });

  it('are the same for a request of ours and its responses', () => {
    const key = clientKey({ host: '192.0.2.9', port: 5060, branch: 'z9hG4bKa1' }, 'BYE');
    expect(responseKey(responseOf(responseText(200, 'BYE')))).toBe(key);
    expect(cancelledKey(clientKey({ host: 'h', branch: 'z9hG4bKq' }, 'CANCEL'))).toBe(
      clientKey({ host: 'h', branch: 'z9hG4bKq' }, 'INVITE'),
    );
  });

  it('follow the older rule for peers of RFC 2543: the ACK matches though its To has a tag', () => {
    const old = { via: 'SIP/2.0/UDP 192.0.2.9' };
    expect(keyOf('ACK', { ...old, toTag: 'bob' })).toBe(keyOf('INVITE', old));
    expect(keyOf('INVITE', { ...old, cseq: 2 })).not.toBe(keyOf('INVITE', old));
    expect(keyOf('INVITE', { ...old, callId: 'other' })).not.toBe(keyOf('INVITE', old));
    expect(keyOf('BYE', { ...old, toTag: 'bob' })).not.toBe(keyOf('BYE', { ...old, toTag: 'carol' }));
    expect(keyOf('INVITE', { via: 'SIP/2.0/UDP 192.0.2.9;branch=1' })).not.toBe(
      keyOf('INVITE', { via: 'SIP/2.0/UDP 192.0.2.9;branch=2' }),
    );
  });
});
