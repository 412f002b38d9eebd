import { canonicalName, canonicalNameAt, isKnownName } from './header-names.codec.ts';
import type { Field } from './message.ts';
import { COLON, isSpace, skipSpace, tokenEnd, trimmed } from './token.codec.ts';

/** Lines of one header block that are read, continuation lines included; more is an attack, not a call. */
const MAX_HEADER_LINES = 200;

/** What {@link readFields} found. */
export interface ReadFields {
  readonly fields: readonly Field[];
  /** The first fault. What could be read is in `fields` all the same. */
  readonly problem: string | undefined;
  /** The fault leaves it open where lines end or begin, so nothing of the message may be repeated to anybody. */
  readonly unusable: boolean;
}

/**
 * Header lines from `from` to the end of the text, which ends with the CRLF of the last line (RFC 3261 §7.3.1). Folded
 * lines are joined with one space. Lines must end in CRLF: an element that took a bare CR or LF for a line end would see
 * headers that others do not.
 */
export function readFields(text: string, from: number): ReadFields {
  const fields: Field[] = [];
  let problem: string | undefined;
  let lines = 0;
  for (let position = from; position < text.length; ) {
    lines += 1;
    if (lines > MAX_HEADER_LINES)
      return { fields, problem: `more than ${MAX_HEADER_LINES} header lines`, unusable: true };
    let end = lineEnd(text, position);
    if (end < 0) return { fields, problem: 'a header line does not end in CRLF', unusable: true };
    const nameEnd = tokenEnd(text, position);
    const colon = skipSpace(text, nameEnd);
    const named = nameEnd > position && text.charCodeAt(colon) === COLON;
    let value = named ? trimmed(text, colon + 1, end) : '';
    if (isSpace(text.charCodeAt(end + 2))) {
      const parts = [value];
      while (isSpace(text.charCodeAt(end + 2))) {
        const start = end + 2;
        lines += 1;
        end = lineEnd(text, start);
        if (end < 0) return { fields, problem: 'a header line does not end in CRLF', unusable: true };
        parts.push(trimmed(text, start, end));
      }
      if (lines > MAX_HEADER_LINES)
        return { fields, problem: `more than ${MAX_HEADER_LINES} header lines`, unusable: true };
      value = parts.filter((part) => part.length > 0).join(' ');
    }
    if (named) fields.push({ name: canonicalNameAt(text, position, nameEnd), value });
    else problem ??= 'a header line is not a name, a colon and a value';
    position = end + 2;
  }
  return { fields, problem, unusable: false };
}

/** Position of the CRLF that ends the line, or -1 when a bare CR or LF comes first or nothing does. */
export function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  return feed > from && text.indexOf('\r', from) === feed - 1 ? feed - 1 : -1;
}

/** A test for fields of that name, in any case or compact form. */
function matcher(name: string): (field: Field) => boolean {
  const wanted = canonicalName(name);
  if (isKnownName(wanted)) return (field) => field.name === wanted;
  const lower = wanted.toLowerCase();
  return (field) => field.name.length === lower.length && field.name.toLowerCase() === lower;
}

/** Values of all fields of that name. */
export function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter(matcher(name)).map((field) => field.value);
}

/** Value of the first field of that name. */
export function firstValue(fields: readonly Field[], name: string): string | undefined {
  return fields.find(matcher(name))?.value;
}
