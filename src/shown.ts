/** A wrong argument as messages show it: a string with its quotes, so that '5' is not taken for 5. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
