import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHeaders, toHeaders } from '../../../src/storage/s3-metadata.codec.ts';
import { parseListPage, parseS3Error } from '../../../src/storage/s3-xml.codec.ts';

const page = (inside: string): string =>
  `<?xml version="1.0"?>\n<ListBucketResult xmlns="x">${inside}</ListBucketResult>`;
const object = (key: string): string =>
  `<Contents><Key>${key}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>12</Size></Contents>`;

describe('what an S3 store sends', () => {
  it('is a page of objects, with or without another one after it', () => {
    expect(parseListPage(page(object('a.wav')))).toEqual({
      objects: [{ key: 'a.wav', bytes: 12, modified: '2026-01-02T03:04:05.000Z' }],
      next: undefined,
    });
    const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>1&amp;/=+</NextContinuationToken>';
    expect(parseListPage(page(more))).toEqual({ objects: [], next: '1&/=+' });
    expect(parseListPage('<html></html>')).toBeUndefined();
  });

  it('has keys escaped, or encoded as well', () => {
    const key = (text: string, type = ''): unknown => parseListPage(page(type + object(text)))?.objects[0]?.key;
    expect(key('a&amp;&lt;b&gt;&#233;&#xE9;&quot;&apos;&other;')).toBe('a&<b>éé"\'&other;');
    expect(key('a+b%2Bc%C3%A9', '<EncodingType>url</EncodingType>')).toBe('a b+cé');
    expect(key('a+b%2B')).toBe('a+b%2B');
    expect(key('%zz', '<EncodingType>url</EncodingType>')).toBe('%zz');
  });

  it('may be an error', () => {
    expect(parseS3Error('<Error><Code>A</Code><Message>b</Message></Error>')).toEqual({ code: 'A', message: 'b' });
    expect(parseS3Error('<Error><Code>A</Code></Error>')).toEqual({ code: 'A', message: '' });
    expect(parseS3Error('nonsense')).toBeUndefined();
  });
});

describe('metadata as header fields', () => {
  it('come back as they were, whatever they say', () => {
    const name = fc.stringMatching(/^[a-z][a-z\d-]{0,20}$/).filter((text) => text !== 'offhook-created');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'grapheme' })), (metadata) => {
        const created = '2026-01-02T03:04:05.000Z';
        const headers = toHeaders({ metadata, created });
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\x21-\x7e]*$/);
        expect(fromHeaders(Object.entries(headers))).toEqual({ metadata: { ...metadata }, created });
      }),
    );
  });

  it('of others are taken as they are', () => {
    const headers: readonly (readonly [string, string])[] = [
      ['x-amz-meta-a', '100%'],
      ['etag', 'x'],
    ];
    expect(fromHeaders(headers)).toEqual({ metadata: { a: '100%' }, created: undefined });
  });
});
