import type { RecordingMetadata } from './recording-storage.ts';

/** File systems keep times in steps of their own. */
const SAME_TIME_MS = 1;

/** What is in the file beside a recording. */
export function formatSidecar(metadata: RecordingMetadata, modified: number): string {
  return `${JSON.stringify({ recorded: modified, metadata }, null, 2)}\n`;
}

/**
 * The metadata of a recording that was last written at `modified`; none when they were set for another one of that name, or are
 * damaged.
 */
export function parseSidecar(text: string, modified: number): RecordingMetadata {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof found !== 'object' || found === null) return {};
  const { recorded, metadata } = found as { readonly recorded?: unknown; readonly metadata?: unknown };
  if (typeof recorded !== 'number' || Math.abs(recorded - modified) > SAME_TIME_MS) return {};
  if (typeof metadata !== 'object' || metadata === null) return {};
  return Object.fromEntries(Object.entries(metadata).filter((entry) => typeof entry[1] === 'string'));
}
