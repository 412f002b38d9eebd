const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/**
 * Text written so that a synthesizer reads it as `say-as` wants it. What does not look like a date, a time and so on stays as it is, and
 * so does every way of reading that is not known.
 *
 * @param language - of the text; dates, times and ordinal numbers are written out in English only.
 */
export function sayAs(text: string, how: string, format: string | undefined, language: string | undefined): string {
  const plain = text.trim().replaceAll(/\s+/g, ' ');
  const isEnglish = language === undefined || /^en(-|$)/i.test(language);
  switch (how) {
    case 'digits':
    case 'characters':
    case 'spell-out':
    case 'verbatim':
      return oneByOne(plain);
    case 'telephone':
      return telephone(plain);
    case 'cardinal':
    case 'number':
      return plain.replaceAll(/(?<=\d)[, ](?=\d{3}\b)/g, '');
    case 'ordinal':
      return isEnglish ? ordinal(plain) : plain;
    case 'date':
      return isEnglish ? date(plain, format) : plain;
    case 'time':
      return isEnglish ? time(plain) : plain;
    default:
      return plain;
  }
}

/** Each character of its own: the commas are heard as short pauses. */
function oneByOne(text: string): string {
  return Array.from(text.replaceAll(' ', '')).join(', ');
}

function telephone(text: string): string {
  return text
    .replace(/^\+/, 'plus ')
    .split(/[^\p{L}\d*#]+/u)
    .filter((group) => group !== '')
    .map((group) => (/\d/.test(group) ? oneByOne(group) : group))
    .join(', ')
    .replace(/^plus, /, 'plus ');
}

function ordinal(text: string): string {
  const [, digits = ''] = /^(\d{1,15})\.?$/.exec(text) ?? [];
  return digits === '' ? text : `${digits}${suffix(Number(digits))}`;
}

function suffix(number: number): string {
  const tens = number % 100;
  if (tens >= 11 && tens <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][number % 10] ?? 'th';
}

/** `2026-11-21`, and numbers in the order that the format tells, such as `mdy` (the default) or `dm`. */
function date(text: string, format: string | undefined): string {
  const parts = text.split(/[-/. ]+/);
  const order = format && /^[dmy]{1,4}$/.test(format) ? shortened(format) : /^\d{4}\D/.test(text) ? 'ymd' : 'mdy';
  if (!parts.every((part) => /^\d{1,4}$/.test(part)) || parts.length !== order.length) return text;
  const part = (name: string): number | undefined => {
    const index = order.indexOf(name);
    return index < 0 ? undefined : Number(parts[index]);
  };
  const [day, month, year] = [part('d'), part('m'), part('y')];
  if (month !== undefined && !(month >= 1 && month <= 12)) return text;
  if (day !== undefined && !(day >= 1 && day <= 31)) return text;
  const name = month === undefined ? '' : (MONTHS[month - 1] ?? '');
  const dayName = day === undefined ? '' : `${day}${suffix(day)}`;
  return [`${name} ${dayName}`.trim(), year === undefined ? '' : String(year)].filter((word) => word !== '').join(', ');
}

/** The years may be written with four letters. */
function shortened(format: string): string {
  return format.replace(/y+/, 'y').replace(/m+/, 'm').replace(/d+/, 'd');
}

/** `14:05`, `2:05pm`, `9:00`. */
function time(text: string): string {
  const [, hour = '', minute = '', , half = ''] = /^(\d{1,2})[:.](\d{2})(:\d{2})? ?([ap]\.?m\.?)?$/i.exec(text) ?? [];
  if (hour === '' || Number(hour) > 24 || Number(minute) > 59) return text;
  const noon = half === '' ? '' : half.toLowerCase().startsWith('a') ? ' a m' : ' p m';
  if (minute === '00') return `${Number(hour)}${noon === '' ? " o'clock" : noon}`;
  return `${Number(hour)} ${minute.startsWith('0') ? `oh ${Number(minute)}` : minute}${noon}`;
}
