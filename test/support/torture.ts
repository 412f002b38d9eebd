import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One torture message of RFC 4475 or RFC 5118 with what has to happen to it; keys as in the README beside the messages. */
export interface TortureCase {
  readonly name: string;
  readonly file: string;
  readonly rfc: string;
  readonly title: string;
  readonly kind: 'request' | 'response';
  readonly parse: 'accept' | 'reject' | 'either';
  readonly uas: readonly string[];
  readonly dropOk: boolean;
  readonly tcpFramed: boolean;
  readonly note: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

const DIRECTORY = new URL('../fixtures/sip-torture/', import.meta.url);

/** All 61 messages. */
export function tortureCases(): TortureCase[] {
  const entries = JSON.parse(readFileSync(new URL('expectations.json', DIRECTORY), 'utf8')) as Omit<
    TortureCase,
    'bytes'
  >[];
  return entries.map((entry) => ({ ...entry, bytes: readFileSync(fileURLToPath(new URL(entry.file, DIRECTORY))) }));
}
