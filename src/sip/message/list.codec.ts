import { BACKSLASH, COMMA, DOUBLE_QUOTE, GREATER_THAN, LESS_THAN, trimmed } from './token.codec.ts';

/**
 * Elements of a header value that is a comma-separated list (RFC 3261 §7.3.1). Commas within quotes or angle brackets
 * belong to the element. Empty elements are left out.
 */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return value.length > 0 ? [value] : [];
  const elements: string[] = [];
  let start = 0;
  let quoted = false;
  let bracketed = false;
  for (let position = 0; position < value.length; position += 1) {
    const code = value.charCodeAt(position);
    if (quoted) {
      if (code === BACKSLASH) position += 1;
      else if (code === DOUBLE_QUOTE) quoted = false;
    } else if (bracketed) {
      bracketed = code !== GREATER_THAN;
    } else if (code === DOUBLE_QUOTE) {
      quoted = true;
    } else if (code === LESS_THAN) {
      bracketed = true;
    } else if (code === COMMA) {
      pushElement(elements, trimmed(value, start, position));
      start = position + 1;
    }
  }
  pushElement(elements, trimmed(value, start, value.length));
  return elements;
}

function pushElement(elements: string[], element: string): void {
  if (element.length > 0) elements.push(element);
}
