import { describe, expect, it } from 'vitest';
import { requestFact } from '../../../../src/channel/journal/request-fact.ts';

const request = { method: 'MESSAGE', contentType: 'text/plain', headers: [] } as const;

describe('a request in a journal', () => {
  it('keeps a body of usual length as it is', () => {
    const body = 'x'.repeat(4096);
    expect(requestFact({ ...request, body })).toEqual({
      kind: 'request',
      method: 'MESSAGE',
      contentType: 'text/plain',
      body,
    });
  });

  it('cuts one that would fill the memory', () => {
    expect(requestFact({ ...request, body: 'x'.repeat(65_000) })).toMatchObject({ body: `${'x'.repeat(4096)}…` });
  });
});
