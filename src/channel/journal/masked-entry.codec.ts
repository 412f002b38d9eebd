import type { JournalEntry } from './journal-entry.ts';

/** A line of a journal with `?` in place of each of 0-9 that one of the two ends has typed. */
export function maskedEntry(entry: JournalEntry): JournalEntry {
  switch (entry.kind) {
    case 'digit':
      return { ...entry, digit: masked(entry.digit) };
    case 'request':
      return { ...entry, body: maskedBody(entry.contentType, entry.body) };
    case 'begin':
      if (entry.method === 'dtmfPlayer.play') return { ...entry, arguments: maskedFirst(entry.arguments) };
      if (entry.method === 'sip.send') return { ...entry, arguments: entry.arguments.map(maskedRequest) };
      return entry;
    case 'done':
      if (entry.method === 'dtmfDetector.getDigits') return { ...entry, result: masked(String(entry.result)) };
      return entry;
    case 'failed':
      // What is wrong with digits is told with the digits.
      if (entry.method !== 'dtmfPlayer.play') return entry;
      return { ...entry, error: { ...entry.error, message: masked(entry.error.message) } };
    case 'call':
    case 'state':
    case 'progress':
    case 'offer':
    case 'played':
    case 'recorded':
    case 'note':
    case 'caller':
    case 'threw':
    case 'recording':
    case 'ended':
      return entry;
  }
}

function masked(text: string): string {
  return text.replaceAll(/\d/g, '?');
}

function maskedFirst([digits, ...others]: readonly unknown[]): readonly unknown[] {
  return [typeof digits === 'string' ? masked(digits) : digits, ...others];
}

/** Keys in INFO: the digit alone, or a line `Signal=5` beside one for the duration. */
function maskedBody(contentType: string | undefined, body: string): string {
  if (/^application\/dtmf-relay\b/i.test(contentType ?? '')) return body.replace(/(Signal\s*=\s*)\d/i, '$1?');
  return /^application\/dtmf\b/i.test(contentType ?? '') ? masked(body) : body;
}

function maskedRequest(value: unknown): unknown {
  const request = value as { readonly contentType?: unknown; readonly body?: unknown } | null;
  if (typeof request !== 'object' || typeof request?.contentType !== 'string') return value;
  return typeof request.body === 'string' ? { ...request, body: maskedBody(request.contentType, request.body) } : value;
}
