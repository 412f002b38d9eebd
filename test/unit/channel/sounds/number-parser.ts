/**
 * Reads spoken numbers back. It knows words and how they add up and multiply, and nothing of how they are made: an oracle for what is.
 */

/** Words that stand for a number below a hundred, or in Spanish for hundreds. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  en: [
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
    'twenty thirty forty fifty sixty seventy eighty ninety',
  ],
  de: [
    'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn',
    'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig',
  ],
  fr: [
    'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize',
    'vingt trente quarante cinquante soixante - octante -',
  ],
  es: [
    'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve',
    'veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa',
    'ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos',
    'veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve',
  ],
};
const MORE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  en: {},
  de: { ein: 1, eine: 1 },
  fr: {},
  es: { un: 1, veintiún: 21, cien: 100 },
};
const MULTIPLIERS: Readonly<Record<string, number>> = {
  hundred: 100,
  hundert: 100,
  cent: 100,
  cents: 100,
  thousand: 1000,
  tausend: 1000,
  mille: 1000,
  mil: 1000,
  million: 1e6,
  millions: 1e6,
  Million: 1e6,
  Millionen: 1e6,
  millón: 1e6,
  millones: 1e6,
  billion: 1e9,
  milliard: 1e9,
  milliards: 1e9,
  Milliarde: 1e9,
  Milliarden: 1e9,
};
const NOTHING = new Set(['und', 'et', 'y', 'and']);
const MINUS = new Set(['minus', 'moins', 'menos']);

function valuesOf(language: string): ReadonlyMap<string, number> {
  const values = new Map(Object.entries(MORE[language] ?? {}));
  const steps = [1, 10, 100, 1];
  const starts = [0, 20, 100, 21];
  for (const [row, line] of (WORDS[language] ?? []).entries()) {
    for (const [place, word] of line.split(' ').entries()) {
      values.set(word, (starts[row] ?? 0) + place * (steps[row] ?? 1));
    }
  }
  return values;
}

type Token = number | { readonly times: number };

/** What numbers and multipliers in a row make. */
function total(tokens: readonly Token[]): number {
  let whole = 0;
  let thousands = 0;
  let below = 0;
  for (const token of tokens) {
    if (typeof token === 'number') below += token;
    else if (token.times === 100) below = (below || 1) * 100;
    else if (token.times === 1000) {
      thousands = (below || 1) * 1000;
      below = 0;
    } else {
      whole += (thousands + below) * token.times;
      thousands = 0;
      below = 0;
    }
  }
  return whole + thousands + below;
}

/** German writes words without gaps: takes the longest word that fits, again and again. */
function germanWords(word: string, known: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (let rest = word; rest !== ''; ) {
    const next = known.filter((one) => rest.startsWith(one)).sort((a, b) => b.length - a.length)[0];
    if (next === undefined) throw new Error(`${rest} is no number`);
    words.push(next);
    rest = rest.slice(next.length);
  }
  return words;
}

export function numberOfWords(text: string, language: string): number {
  const values = valuesOf(language);
  const plain = language === 'fr' ? text.replaceAll(/quatre-vingts?/g, 'octante') : text;
  let words: readonly string[] = plain.split(/[ -]/);
  if (language === 'de') {
    const known = [...values.keys(), ...Object.keys(MULTIPLIERS), ...NOTHING, ...MINUS];
    words = words.flatMap((word) => germanWords(word, known));
  }
  const isNegative = MINUS.has(words[0] ?? '');
  const tokens = words.slice(isNegative ? 1 : 0).flatMap((word): Token[] => {
    if (NOTHING.has(word)) return [];
    const times = MULTIPLIERS[word];
    if (times !== undefined) return [{ times }];
    const value = values.get(word);
    if (value === undefined) throw new Error(`${word} is no number`);
    return [value];
  });
  return isNegative ? -total(tokens) : total(tokens);
}

/** The same from the names of sounds: `1N` is 1, `4-and` is 4, and so on. */
export function numberOfSounds(names: string): number {
  const all = names.split(' ');
  const isNegative = all[0] === 'minus';
  const tokens = all.slice(isNegative ? 1 : 0).flatMap((name): Token[] => {
    if (NOTHING.has(name)) return [];
    const times = MULTIPLIERS[name];
    if (times !== undefined) return [{ times }];
    const value = /^(\d+)(?:[FMN]|-and)?$/.exec(name)?.[1];
    if (value === undefined) throw new Error(`${name} is no sound of a number`);
    return [Number(value)];
  });
  return isNegative ? -total(tokens) : total(tokens);
}
