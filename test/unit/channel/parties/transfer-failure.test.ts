import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../src/channel/parties/transfer-failure.codec.ts';

describe('why a transfer failed', () => {
  it.each([
    ['hangup', undefined, 'HANGUP'],
    ['timeout', undefined, 'TIMEOUT'],
    ['timeout', { by: 'remote', status: 486 }, 'TIMEOUT'],
    ['abort', undefined, 'FAIL'],
    [undefined, undefined, 'FAIL'],
    [undefined, { by: 'local' }, 'FAIL'],
    [undefined, { by: 'network', status: 408 }, 'TIMEOUT'],
    [undefined, { by: 'network', status: 503 }, 'FAIL'],
    [undefined, { by: 'network' }, 'FAIL'],
    [undefined, { by: 'remote' }, 'TARGETHANGUP'],
    [undefined, { by: 'remote', status: 403 }, 'TARGETREJECT'],
    [undefined, { by: 'remote', status: 408 }, 'TARGETREJECT'],
    [undefined, { by: 'remote', status: 480 }, 'TARGETREJECT'],
    [undefined, { by: 'remote', status: 486 }, 'TARGETREJECT'],
    [undefined, { by: 'remote', status: 600 }, 'TARGETREJECT'],
    [undefined, { by: 'remote', status: 603 }, 'TARGETREJECT'],
    [undefined, { by: 'remote', status: 302 }, 'FAIL'],
    [undefined, { by: 'remote', status: 404 }, 'FAIL'],
    [undefined, { by: 'remote', status: 500 }, 'FAIL'],
  ] as const)('stopped by %s, with %j: %s', (stop, end, cause) => {
    expect(failureOf(stop, end)).toBe(cause);
  });
});
