/** Content types of an INFO with a key: `Signal=5` and `Duration=160` on lines of their own, and the bare key. */
const RELAY = 'application/dtmf-relay';
const BARE = 'application/dtmf';

/** Keys by the event codes of RFC 4733 §3.2 that have more than one character. */
const BY_CODE: Readonly<Record<string, string>> = { 10: '*', 11: '#', 12: 'A', 13: 'B', 14: 'C', 15: 'D' };
/** Hook flash by its code and its names: something was pressed, but no key. */
const FLASH = new Set(['16', 'FLASH', 'HF', '!']);

/** What an INFO says was pressed. A hook flash is no digit, but nothing for the program to read either. */
export type PressedByInfo = { readonly digit: string | undefined };

/**
 * Reads a key from an INFO, in the forms that phones and gateways use: names in any case, with or without spaces, any line ends, `*`
 * and `#` also as 10 and 11. `undefined` when it is an INFO of another kind or names no key.
 */
export function parseDtmfInfo(contentType: string | undefined, body: string): PressedByInfo | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== RELAY && type !== BARE) return undefined;
  const signal = /^[ \t]*signal[ \t]*=([^\r\n]*)$/imu.exec(body)?.[1] ?? body;
  const key = signal.trim().toUpperCase();
  if (/^[0-9A-D*#]$/u.test(key)) return { digit: key };
  if (FLASH.has(key)) return { digit: undefined };
  return Object.hasOwn(BY_CODE, key) ? { digit: BY_CODE[key] } : undefined;
}

/** An INFO that says a key was pressed, in the form that most understand. */
export function formatDtmfInfo(digit: string, ms: number): { readonly contentType: string; readonly body: string } {
  return { contentType: RELAY, body: `Signal=${digit}\r\nDuration=${ms}\r\n` };
}
