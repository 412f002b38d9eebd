/** A Content-Type or an element of Accept (RFC 3261 §20.15, §20.1). */
export interface MediaType {
  /** In lower case. */
  readonly type: string;
  /** In lower case. */
  readonly subtype: string;
  /** Names in lower case, values without quotes. */
  readonly params: ReadonlyMap<string, string>;
}

const SYNTAX = /^\s*([\w!%*+`'.~-]+)\s*\/\s*([\w!%*+`'.~-]+)\s*(;[\s\S]*)?$/;
const PARAM = /;\s*([\w!%*+`'.~-]+)\s*=\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s;"]+))/g;

/** `undefined` when `text` is no media type. */
export function parseMediaType(text: string): MediaType | undefined {
  const match = SYNTAX.exec(text);
  if (!match) return undefined;
  const [, type = '', subtype = '', tail = ''] = match;
  const params = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of tail.matchAll(PARAM)) params.set(name.toLowerCase(), quoted ?? plain);
  return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), params };
}

/** True when an Accept element lets a body of `wanted` pass: `a/b`, `a/*`, `*`+`/*`, and not with `q=0`. */
export function accepts(accepted: string, wanted: string): boolean {
  const range = parseMediaType(accepted);
  if (!range || Number(range.params.get('q') ?? 1) === 0) return false;
  const [type, subtype] = wanted.split('/');
  return (range.type === '*' || range.type === type) && (range.subtype === '*' || range.subtype === subtype);
}
