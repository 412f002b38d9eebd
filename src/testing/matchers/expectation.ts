import type { AsymmetricMatcher } from './matcher-context.ts';

/** Whether a value decides itself what it equals. */
export function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value;
}

/** An expected value as a message shows it. */
export function shownExpectation(value: unknown): string {
  if (value instanceof RegExp) return String(value);
  if (isAsymmetric(value)) return shownAsymmetric(value);
  if (Array.isArray(value)) return `[${value.map(shownExpectation).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{ ${fields(value).join(', ')} }`;
  return JSON.stringify(value) ?? String(value);
}

function fields(value: object): readonly string[] {
  return Object.entries(value).map(([name, field]) => `${name}: ${shownExpectation(field)}`);
}

/** In vitest and Jest it knows its name, and mostly keeps what it was made with. */
function shownAsymmetric(
  value: AsymmetricMatcher & { toAsymmetricMatcher?(): string; readonly sample?: unknown },
): string {
  const made = value.sample === undefined ? '' : ` ${shownExpectation(value.sample)}`;
  return value.toAsymmetricMatcher?.() ?? `${String(value)}${made}`;
}
