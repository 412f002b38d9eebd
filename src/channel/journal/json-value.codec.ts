import { shownAddress } from '../../shown-address.codec.ts';

/** How deep the arguments of methods are looked into; what lies deeper is only named. */
const DEPTH = 4;

/** A value as a journal keeps it: JSON, independent of the original, without signals and functions, with passwords masked, also those in addresses. */
export function jsonValue(value: unknown, depth = DEPTH): unknown {
  switch (typeof value) {
    case 'string':
      return shownAddress(value);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'undefined':
    case 'function':
      return undefined;
    case 'object':
      return value === null ? null : jsonObject(value, depth);
  }
}

/** The arguments of a method, without those that say nothing: undefined and empty ones at the end. */
export function jsonArguments(values: readonly unknown[]): readonly unknown[] {
  const known = values.map((value) => jsonValue(value) ?? null);
  while (known.length > 0 && isEmpty(known.at(-1))) known.pop();
  return known;
}

function jsonObject(value: object, depth: number): unknown {
  if (value instanceof AbortSignal) return undefined;
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`;
  if (Array.isArray(value)) return depth > 0 ? value.map((item) => jsonValue(item, depth - 1) ?? null) : '[Array]';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (depth === 0 || (prototype !== Object.prototype && prototype !== null)) return `[${nameOf(value)}]`;
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const known = name === 'password' ? '***' : jsonValue(field, depth - 1);
    if (known !== undefined) result[name] = known;
  }
  return result;
}

function nameOf(value: object): string {
  return typeof value.constructor === 'function' ? value.constructor.name : 'Object';
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
