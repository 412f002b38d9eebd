import type { JournalEntry } from './journal-entry.ts';

/** How a method ended. */
export type MethodEnd = Extract<JournalEntry, { readonly kind: 'done' | 'failed' }>;

/** As much of a text is shown. */
const LONGEST_TEXT = 40;

/** A method as a timeline shows it: as it is written in the program, with its outcome and how long it took. */
export function methodText(
  begin: Extract<JournalEntry, { readonly kind: 'begin' }>,
  end: MethodEnd | undefined,
): string {
  const call = `${begin.method}(${begin.arguments.map((value) => valueText(value)).join(', ')})`;
  if (!end) return `${call} … still pending`;
  const ms = Math.round(end.at - begin.at);
  const outcome = end.kind === 'done' ? resultText(end) : errorText(end);
  if (ms > 0) return `${call} → ${outcome || 'done'} after ${ms} ms`;
  return outcome === '' ? call : `${call} → ${outcome}`;
}

/** A text in quotes, cut when it is long. */
export function shortText(text: string): string {
  return `'${text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text}'`.replaceAll(/\r?\n/g, '⏎');
}

function resultText({ result, cause }: Extract<MethodEnd, { readonly kind: 'done' }>): string {
  if (typeof result === 'object') return '';
  const text = typeof result === 'string' && cause === undefined ? result : valueText(result);
  return cause === undefined ? text : `${text} ${cause}`;
}

function errorText({ error }: Extract<MethodEnd, { readonly kind: 'failed' }>): string {
  // Who hung up is in another line.
  if (error.name === 'Hangup') return 'Hangup';
  return `${error.code ?? error.name}: ${error.message}`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return shortText(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${valueText(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  return String(value);
}
