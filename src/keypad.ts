/** The keys as they lie on the pad: four rows of four (ITU-T Q.23). */
const PAD = '123A456B789C*0#D';

/** Frequencies of the rows in Hz (ITU-T Q.23). */
export const ROWS: readonly number[] = [697, 770, 852, 941];
/** Frequencies of the columns in Hz. */
export const COLUMNS: readonly number[] = [1209, 1336, 1477, 1633];

/** The key where a row and a column meet, each from 0 to 3. */
export function keyAt(row: number, column: number): string {
  return PAD[row * COLUMNS.length + column] as string;
}

/** Row and column frequency of a key in Hz; undefined when it is none. */
export function tonesOf(digit: string): { readonly low: number; readonly high: number } | undefined {
  const place = digit.length === 1 ? PAD.indexOf(digit) : -1;
  if (place < 0) return undefined;
  return { low: ROWS[place >> 2] as number, high: COLUMNS[place & 3] as number };
}

/** The key of two frequencies; undefined when there is none. */
export function keyOf(low: number, high: number): string | undefined {
  const row = ROWS.indexOf(low);
  const column = COLUMNS.indexOf(high);
  return row < 0 || column < 0 ? undefined : keyAt(row, column);
}
