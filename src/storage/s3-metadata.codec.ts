import type { RecordingMetadata } from '../channel/recordings/recording-storage.ts';

const PREFIX = 'x-amz-meta-';
/** Ours, which no program can take: when the recording was made. */
const CREATED = 'offhook-created';

/** What the header fields of an object say. */
export interface S3Metadata {
  readonly metadata: RecordingMetadata;
  /** ISO 8601; undefined for an object that others have put there. */
  readonly created: string | undefined;
}

/** Metadata as header fields. Everything but printable ASCII is percent-encoded, and so are blanks, which may be lost at the ends. */
export function toHeaders({ metadata, created }: S3Metadata): Readonly<Record<string, string>> {
  const all = created === undefined ? metadata : { ...metadata, [CREATED]: created };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [PREFIX + name, encodeURIComponent(value)]));
}

/** Metadata from header fields. A value that we have not encoded is taken as it is. */
export function fromHeaders(headers: Iterable<readonly [string, string]>): S3Metadata {
  const metadata: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name.startsWith(PREFIX)) metadata[name.slice(PREFIX.length)] = decoded(value);
  }
  const { [CREATED]: created, ...others } = metadata;
  return { metadata: others, created };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
