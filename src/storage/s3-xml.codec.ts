/** One object of a list. */
export interface S3Object {
  readonly key: string;
  readonly bytes: number;
  /** As text: ISO 8601. */
  readonly modified: string;
}

/** A page of a list (ListObjectsV2). */
export interface S3Page {
  readonly objects: readonly S3Object[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

/** Reads a page; undefined when the text is none. Keys are those that were asked for with `encoding-type=url`. */
export function parseListPage(xml: string): S3Page | undefined {
  if (!/<ListBucketResult[\s>]/.test(xml)) return undefined;
  const isEncoded = element(xml, 'EncodingType') === 'url';
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, part = '']) => {
    const key = element(part, 'Key') ?? '';
    return {
      key: isEncoded ? urlDecoded(key) : key,
      bytes: Number(element(part, 'Size') ?? 0),
      modified: element(part, 'LastModified') ?? '',
    };
  });
  const isTruncated = element(xml, 'IsTruncated') === 'true';
  return { objects, next: isTruncated ? element(xml, 'NextContinuationToken') : undefined };
}

/** What a store says went wrong; undefined when the text does not say it. */
export function parseS3Error(xml: string): { readonly code: string; readonly message: string } | undefined {
  const code = /<Error>/.test(xml) ? element(xml, 'Code') : undefined;
  return code === undefined ? undefined : { code, message: element(xml, 'Message') ?? '' };
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : unescaped(text);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name = '') => {
    const code = decimal === undefined ? (hex === undefined ? undefined : Number.parseInt(hex, 16)) : Number(decimal);
    if (code === undefined) return ENTITIES[name] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
