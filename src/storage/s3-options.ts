import { ChannelError } from '../errors.ts';
import { checkTimeout, shown } from '../operation.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';

/** Which S3 store, and who is asking. */
export interface S3StorageOptions {
  /** Address of the store, such as `https://s3.eu-central-1.amazonaws.com` or `http://minio.example:9000`. */
  endpoint: string;
  /** Name of the bucket. It has to be there. */
  bucket: string;
  /** Region of the bucket. Default `'us-east-1'`, which stores that know no regions take. */
  region?: string | undefined;
  /** Name of the key that requests are signed with. */
  accessKeyId: string;
  /** The key. It is in no message and no log. */
  secretAccessKey: string;
  /** Belongs to a key that holds for a while only. */
  sessionToken?: string | undefined;
  /** What the names of all recordings begin with in the bucket, such as `'offhook'` for `offhook/voicemail/305/1.wav`. None by default. */
  prefix?: string | undefined;
  /** How long the store may say nothing, in milliseconds, before a request has failed. Default 30,000. */
  timeout?: number | undefined;
}

const NAMES: OptionNames<S3StorageOptions> = {
  accessKeyId: true,
  bucket: true,
  endpoint: true,
  prefix: true,
  region: true,
  secretAccessKey: true,
  sessionToken: true,
  timeout: true,
};

export interface CheckedS3Options {
  /** Address of the bucket, without `/` at its end: its name is in the path, not in the host. */
  readonly base: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  /** '' or with a `/` at its end. */
  readonly prefix: string;
  readonly timeout: number;
}

/** Checks options. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkS3Options(options: S3StorageOptions): CheckedS3Options {
  const problem = optionsProblem('s3Storage()', options, NAMES);
  if (problem) throw problem;
  const { endpoint, bucket, region = 'us-east-1', prefix = '', timeout = 30_000, sessionToken } = options;
  const address = checkEndpoint(endpoint);
  if (typeof bucket !== 'string' || !/^[\w.-]{3,255}$/.test(bucket) || /^\.+$/.test(bucket)) {
    throw bad(`bucket must be the name of a bucket, not ${shown(bucket)}`);
  }
  if (typeof region !== 'string' || !/^[\w-]+$/.test(region)) throw bad(`region must be a name, not ${shown(region)}`);
  checkTimeout(timeout);
  return {
    base: `${address}/${bucket}`,
    bucket,
    region,
    accessKeyId: checkSecret('accessKeyId', options.accessKeyId),
    secretAccessKey: checkSecret('secretAccessKey', options.secretAccessKey),
    sessionToken: sessionToken === undefined ? undefined : checkSecret('sessionToken', sessionToken),
    prefix: checkPrefix(prefix),
    timeout,
  };
}

function checkEndpoint(endpoint: unknown): string {
  const url = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw bad('endpoint must be an http or https address without user, password, query and fragment');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** The value is never shown: it may be the secret, given under the wrong name. */
function checkSecret(name: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw bad(`${name} must be a string of printable characters without blanks`);
}

function checkPrefix(prefix: unknown): string {
  if (typeof prefix !== 'string') throw bad(`prefix must be a string, not ${shown(prefix)}`);
  const segments = prefix.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => /^\.{1,2}$/.test(segment) || /\p{Cc}/u.test(segment))) {
    throw bad(`prefix ${shown(prefix)} must be names with / between them`);
  }
  return segments.map((segment) => `${segment}/`).join('');
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
