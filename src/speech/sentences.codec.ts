/** A first piece that is longer than this is cut where a clause ends, so that its audio is there soon. */
const FIRST_LENGTH = 120;
const MOST_LENGTH = 250;
/** Words before a full stop that ends no sentence. */
const SHORT_FORMS = new Set(
  'mr mrs ms dr prof st jr sr vs etc e.g i.e p.m a.m approx dept est fig inc ltd co corp ave blvd rd mt ft'.split(' '),
);
/** A mark that ends a sentence, quotes and brackets that it closes, and space. */
const ENDS = /([.!?…]+)["'”’)\]]*\s+|\n\s*\n\s*/g;
const CLAUSE = /[,;:–—]\s+|\s-\s+/g;

/** Cuts a text into sentences, and long ones into clauses: each can be spoken by itself. Nothing of the text is lost but spaces. */
export function sentencesOf(text: string): readonly string[] {
  const sentences: string[] = [];
  let begin = 0;
  for (const match of text.matchAll(ENDS)) {
    const end = match.index + match[0].length;
    if (match[1] === '.' && isShortForm(text.slice(begin, match.index))) continue;
    sentences.push(text.slice(begin, end));
    begin = end;
  }
  sentences.push(text.slice(begin));
  const pieces: string[] = [];
  for (const sentence of sentences) cut(sentence.trim(), pieces);
  return pieces;
}

function isShortForm(before: string): boolean {
  const word =
    /(\S+)$/
      .exec(before.slice(-20))?.[1]
      ?.toLowerCase()
      .replace(/^["'“‘([]+/, '') ?? '';
  return SHORT_FORMS.has(word) || /^\p{L}$/u.test(word);
}

function cut(sentence: string, pieces: string[]): void {
  let rest = sentence;
  while (rest !== '') {
    const most = pieces.length === 0 ? FIRST_LENGTH : MOST_LENGTH;
    const length = rest.length <= most ? rest.length : cutAt(rest, most);
    const piece = rest.slice(0, length).trim();
    if (piece !== '') pieces.push(piece);
    rest = rest.slice(length).trimStart();
  }
}

/** The last end of a clause before `most`, else the last space; else `most` itself, but not within a character. */
function cutAt(text: string, most: number): number {
  let at = 0;
  for (const match of text.slice(0, most).matchAll(CLAUSE)) at = match.index + match[0].length;
  // A short beginning sounds cut off.
  if (at >= most / 4) return at;
  const space = text.lastIndexOf(' ', most);
  if (space > 0) return space;
  return (text.codePointAt(most - 1) ?? 0) > 0xffff ? most - 1 : most;
}
