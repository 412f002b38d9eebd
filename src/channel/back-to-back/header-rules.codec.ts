import { ChannelError } from '../../errors.ts';
import { type OptionNames, optionsProblem } from '../../option-names.ts';
import { shown } from '../../shown.ts';
import {
  checkFieldName,
  checkFieldValue,
  checkHeaderFields,
  type HeaderFields,
  isReservedField,
} from '../header-field.codec.ts';
import type { HeaderField } from '../signaling-port.ts';

/**
 * Which header fields pass from one side of a back-to-back call to the other: from the caller's INVITE to that of the callee, from the
 * callee's answer to that of the caller, and with INFO and MESSAGE both ways. Names in any case; `*` at the end of one stands for anything.
 */
export interface HeaderRules {
  /**
   * Names of those that pass. What makes up the message itself, such as Via and Contact, or is about its own call, such as Require and
   * Session-Expires, never does. Default `['X-*']`.
   */
  relay?: readonly string[] | undefined;
  /** Names of those that do not pass, of those in `relay`. None by default. */
  remove?: readonly string[] | undefined;
  /** What is sent in place of whatever came by these names, and if nothing did; not with the answer. */
  set?: HeaderFields | undefined;
}

const OPTIONS: OptionNames<HeaderRules> = { relay: true, remove: true, set: true };
const DEFAULT_RELAY = ['X-*'];

/** Fields that speak about one call and its extensions, with one neighbour: RFC 3261 §20 and the RFCs of each. */
const OF_ONE_CALL: ReadonlySet<string> = new Set([
  'accept',
  'accept-contact',
  'accept-encoding',
  'accept-language',
  'authentication-info',
  'date',
  'event',
  'expires',
  'in-reply-to',
  'info-package',
  'join',
  'mime-version',
  'min-se',
  'o',
  'path',
  'proxy-authenticate',
  'proxy-require',
  'rack',
  'recv-info',
  'refer-sub',
  'refer-to',
  'replaces',
  'require',
  'rseq',
  'session-expires',
  'subscription-state',
  'target-dialog',
  'timestamp',
  'unsupported',
  'www-authenticate',
  'x',
]);

/** Rules that have been checked. */
export interface CheckedHeaderRules {
  readonly relay: readonly RegExp[];
  readonly remove: readonly RegExp[];
  readonly set: readonly HeaderField[];
}

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkHeaderRules(rules: HeaderRules = {}): CheckedHeaderRules {
  const problem = optionsProblem('headerRules', rules, OPTIONS);
  if (problem) throw problem;
  const { relay = DEFAULT_RELAY, remove = [], set } = rules;
  return { relay: patterns('relay', relay), remove: patterns('remove', remove), set: checkHeaderFields(set) };
}

/** The header fields that go on to the other side. */
export function relayedFields(fields: readonly HeaderField[], rules: CheckedHeaderRules): readonly HeaderField[] {
  const { relay, remove, set } = rules;
  const isOneOf = (name: string, names: readonly RegExp[]): boolean => names.some((pattern) => pattern.test(name));
  const replaced = new Set(set.map(({ name }) => name.toLowerCase()));
  const passed = fields.filter(
    ({ name }) =>
      isOneOf(name, relay) &&
      !isOneOf(name, remove) &&
      !isReservedField(name) &&
      !OF_ONE_CALL.has(name.toLowerCase()) &&
      !replaced.has(name.toLowerCase()),
  );
  return [...passed.flatMap(({ name, value }) => sendable(name, value)), ...set];
}

/** What came may hold what may not be sent. */
function sendable(name: string, value: string): readonly HeaderField[] {
  try {
    checkFieldName(name);
    return [{ name, value: checkFieldValue(name, value.replace(/[\r\n\0]/gu, ' ')) }];
  } catch {
    return [];
  }
}

function patterns(option: string, names: unknown): readonly RegExp[] {
  if (!Array.isArray(names)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${option} must be a list of names such as ['X-*'], not ${shown(names)}`,
    );
  }
  return names.map((name: unknown) => {
    checkFieldName(name);
    const text = String(name);
    const isPrefix = text.endsWith('*');
    const literal = (isPrefix ? text.slice(0, -1) : text).replace(/[.*+!%]/g, String.raw`\$&`);
    return new RegExp(`^${literal}${isPrefix ? '' : '$'}`, 'i');
  });
}
