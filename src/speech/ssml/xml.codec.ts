import { ChannelError } from '../../errors.ts';

/** A piece of markup. `at` is where it begins in the text. */
export type XmlToken =
  | { readonly kind: 'text'; readonly at: number; readonly text: string }
  | {
      readonly kind: 'open';
      readonly at: number;
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      /** Whether it ends at once, as `<break/>` does. */
      readonly empty: boolean;
    }
  | { readonly kind: 'close'; readonly at: number; readonly name: string };

const NAME = /[A-Za-z_][\w.:-]*/y;
const SPACE = /\s*/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const SKIPPED = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;
const CDATA = ['<![CDATA[', ']]>'] as const;

/** An error that says where. */
export function malformed(at: number, what: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', `the SSML is wrong at character ${at}: ${what}`);
}

/**
 * Cuts XML into its tokens. A document type is refused, so there are no entities but those of XML itself.
 *
 * @throws ChannelError `INVALID_ARGUMENT` with the position.
 */
export function* xmlTokens(xml: string): Generator<XmlToken> {
  let at = 0;
  while (at < xml.length) {
    const begin = xml.indexOf('<', at);
    const end = begin < 0 ? xml.length : begin;
    if (end > at) yield { kind: 'text', at, text: withoutEntities(xml.slice(at, end), at) };
    if (begin < 0) return;
    const skipped = SKIPPED.find(([open]) => xml.startsWith(open, begin));
    if (skipped) at = endOf(xml, begin, skipped);
    else if (xml.startsWith(CDATA[0], begin)) {
      at = endOf(xml, begin, CDATA);
      yield { kind: 'text', at: begin, text: xml.slice(begin + CDATA[0].length, at - CDATA[1].length) };
    } else {
      const tag = readTag(xml, begin);
      at = tag.end;
      yield tag.token;
    }
  }
}

function endOf(xml: string, begin: number, [open, close]: readonly [string, string]): number {
  const end = xml.indexOf(close, begin + open.length);
  if (end < 0) throw malformed(begin, `${open} has no ${close}`);
  return end + close.length;
}

function readTag(xml: string, begin: number): { readonly token: XmlToken; readonly end: number } {
  if (xml.startsWith('<!', begin)) throw malformed(begin, 'document types are not taken');
  const closes = xml[begin + 1] === '/';
  const name = match(NAME, xml, begin + (closes ? 2 : 1));
  if (name === '') throw malformed(begin, 'there is no name after <; write &lt; for the sign');
  let at = begin + (closes ? 2 : 1) + name.length;
  const attributes = new Map<string, string>();
  for (;;) {
    const space = match(SPACE, xml, at).length;
    at += space;
    if (xml[at] === '>') {
      const token: XmlToken = closes
        ? { kind: 'close', at: begin, name }
        : { kind: 'open', at: begin, name, attributes, empty: false };
      return { token, end: at + 1 };
    }
    if (!closes && xml.startsWith('/>', at)) {
      return { token: { kind: 'open', at: begin, name, attributes, empty: true }, end: at + 2 };
    }
    if (at >= xml.length) throw malformed(begin, `<${closes ? '/' : ''}${name} has no >`);
    if (closes || space === 0) throw malformed(at, `there is something wrong in the tag ${name}`);
    const attribute = readAttribute(xml, at);
    if (attributes.has(attribute.name)) throw malformed(at, `${attribute.name} stands there twice`);
    attributes.set(attribute.name, attribute.value);
    at = attribute.end;
  }
}

function readAttribute(
  xml: string,
  begin: number,
): { readonly name: string; readonly value: string; readonly end: number } {
  const name = match(NAME, xml, begin);
  if (name === '') throw malformed(begin, 'this is no name of an attribute');
  let at = begin + name.length;
  at += match(SPACE, xml, at).length;
  if (xml[at] !== '=') throw malformed(at, `the attribute ${name} has no value`);
  at += 1 + match(SPACE, xml, at + 1).length;
  const quote = xml[at] ?? '';
  const end = quote === '"' || quote === "'" ? xml.indexOf(quote, at + 1) : -1;
  if (end < 0) throw malformed(at, `the value of ${name} must be between quotes`);
  const value = xml.slice(at + 1, end);
  if (value.includes('<')) throw malformed(at, `the value of ${name} has a < in it; write &lt;`);
  return { name, value: withoutEntities(value, at + 1), end: end + 1 };
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function withoutEntities(text: string, at: number): string {
  return text.replaceAll(/&([^;&\s]{0,12};?)/g, (whole, inner: string, offset: number) => {
    const name = inner.endsWith(';') ? inner.slice(0, -1) : '';
    const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : character(name);
    if (known === undefined) throw malformed(at + offset, `${whole} is no entity; write &amp; for the sign`);
    return known;
  });
}

function character(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([\dA-Fa-f]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code);
}
