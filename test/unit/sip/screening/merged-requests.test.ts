import { expect, it } from 'vitest';
import { MergedRequests } from '../../../../src/sip/screening/merged-requests.state.ts';
import { requestOf, requestText } from '../../../support/sip-text.ts';

const request = (callId: string, cseq = 1, fromTag = 'alice') =>
  requestOf(requestText('INVITE', { callId, cseq, fromTag }));

it('finds a request that came before in another transaction', () => {
  const merged = new MergedRequests(32_000);
  expect(merged.arrived(request('a'), 'k1', 0)).toBe(false);
  expect(merged.arrived(request('a'), 'k2', 10)).toBe(true);
  expect(merged.arrived(request('a'), 'k1', 10)).toBe(false);
});

it('does not take another Call-ID, CSeq or From tag for the same request', () => {
  const merged = new MergedRequests(32_000);
  merged.arrived(request('a'), 'k1', 0);
  expect(merged.arrived(request('b'), 'k2', 0)).toBe(false);
  expect(merged.arrived(request('a', 2), 'k3', 0)).toBe(false);
  expect(merged.arrived(request('a', 1, 'carol'), 'k4', 0)).toBe(false);
});

it('forgets after the time it was given, and the oldest first when it has too many', () => {
  const merged = new MergedRequests(32_000, 2);
  merged.arrived(request('a'), 'k1', 0);
  expect(merged.arrived(request('a'), 'k2', 32_000)).toBe(false);
  merged.arrived(request('b'), 'k3', 32_000);
  merged.arrived(request('c'), 'k4', 32_000);
  expect(merged.size).toBe(2);
  expect(merged.arrived(request('c'), 'k5', 32_000)).toBe(true);
  merged.clear();
  expect(merged.size).toBe(0);
});
