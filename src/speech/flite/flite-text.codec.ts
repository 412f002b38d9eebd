const SIGNS: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': ' - ',
  '—': ' - ',
  '…': '...',
  '€': ' euros ',
  '£': ' pounds ',
  '°': ' degrees ',
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  ł: 'l',
  đ: 'd',
};

/** A text in the letters that flite knows, which are those of ASCII: accents go, and what is left of others is a space. */
export function fliteText(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]/g, (sign) => SIGNS[sign] ?? sign)
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}
