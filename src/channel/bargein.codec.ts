import { ChannelError } from '../errors.ts';

/** Every key that telephony knows. */
export const ALL_DIGITS = '0123456789ABCD*#';

/** The digits that barge in: all for `true`, none for `false`, or those given. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function bargeInDigits(bargeIn: boolean | string | undefined): string {
  if (bargeIn === undefined || bargeIn === false) return '';
  if (bargeIn === true) return ALL_DIGITS;
  return checkDigits('bargeIn', bargeIn);
}

/** Checks a set of digits; small letters are taken for capital ones. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkDigits(name: string, digits: unknown): string {
  if (typeof digits === 'string' && /^[0-9A-D*#]*$/i.test(digits)) return digits.toUpperCase();
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `${name} must consist of 0-9, A-D, * and #, not ${JSON.stringify(digits)}`,
  );
}
