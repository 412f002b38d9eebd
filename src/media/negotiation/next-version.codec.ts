import type { SessionDescription } from '../../media-description.ts';

/**
 * Gives a description that follows `previous` in the same call its `o=` line: the same as before, with the version
 * raised by one when anything else has changed, and the same version when nothing has (RFC 3264 §8).
 */
export function nextVersion(previous: SessionDescription | undefined, next: SessionDescription): SessionDescription {
  if (!previous) return next;
  const unchanged = { ...next, origin: previous.origin };
  if (canonical(unchanged) === canonical(previous)) return unchanged;
  const sessionVersion = (BigInt(previous.origin.sessionVersion) + 1n).toString();
  return { ...next, origin: { ...previous.origin, sessionVersion } };
}

/** Text that is equal for equal values, in whatever order their fields were made. */
function canonical(description: SessionDescription): string {
  return JSON.stringify(description, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
