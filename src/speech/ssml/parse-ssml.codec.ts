import { breakMs, prosodyRate, prosodyVolume } from './prosody.codec.ts';
import { sayAs } from './say-as.codec.ts';
import type { SpeechSegment, SpokenSegment } from './segment.ts';
import { malformed, type XmlToken, xmlTokens } from './xml.codec.ts';

/** Elements deeper than this are no text for people. */
const MOST_DEPTH = 50;
const AFTER_PARAGRAPH_MS = 500;
const AFTER_SENTENCE_MS = 250;

/** How text within an element is spoken. */
interface Style {
  readonly element: string;
  readonly voice: string | undefined;
  readonly language: string | undefined;
  readonly rate: number;
  readonly volumeDb: number;
  /** What `say-as` wants, and its `format`. */
  readonly as: readonly [string, string | undefined] | undefined;
  /** Nothing of it is spoken: something else stands for it. */
  readonly isMuted: boolean;
}

/** Whether a text is SSML and not plain. */
export function isSsml(text: string): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?<speak[\s/>]/.test(text);
}

/**
 * Takes a text in SSML (W3C Speech Synthesis Markup Language 1.1) apart: `speak`, `break`, `say-as`, `prosody` (rate and volume), `p`,
 * `s`, `sub`, `voice`, `lang` and `xml:lang`. Of elements that are not known the text is spoken.
 *
 * @throws ChannelError `INVALID_ARGUMENT` with the position of what is wrong.
 */
export function parseSsml(ssml: string): readonly SpeechSegment[] {
  const parser = new Parser();
  for (const token of xmlTokens(ssml)) parser.take(token);
  return parser.end(ssml.length);
}

class Parser {
  readonly #segments: SpeechSegment[] = [];
  readonly #open: Style[] = [];
  /** Pause before the next text that comes of the sense alone. */
  #softMs = 0;
  #isOver = false;

  take(token: XmlToken): void {
    if (token.kind === 'text') this.#text(token.text, token.at);
    else if (token.kind === 'open') this.#begin(token);
    else this.#close(token.name, token.at);
  }

  end(at: number): readonly SpeechSegment[] {
    const unclosed = this.#open.at(-1);
    if (unclosed) throw malformed(at, `<${unclosed.element}> is not closed`);
    return this.#segments.map((segment) => ('text' in segment ? { ...segment, text: tidy(segment.text) } : segment));
  }

  #text(text: string, at: number): void {
    const style = this.#open.at(-1);
    if (style === undefined) {
      if (text.trim() !== '') throw malformed(at, 'there is text outside of <speak>');
      return;
    }
    if (style.isMuted) return;
    this.#speak(style.as ? ` ${sayAs(text, ...style.as, style.language)} ` : text, style);
  }

  #speak(text: string, { voice, language, rate, volumeDb }: Style): void {
    const isBlank = text.trim() === '';
    const last = this.#segments.at(-1);
    if (this.#softMs > 0 && !isBlank) {
      if (last && 'text' in last) this.#segments.push({ breakMs: this.#softMs });
      this.#softMs = 0;
    }
    const before = this.#segments.at(-1);
    if (before && 'text' in before && isAlike(before, { voice, language, rate, volumeDb })) {
      this.#segments[this.#segments.length - 1] = { ...before, text: before.text + text };
    } else if (!isBlank) {
      this.#segments.push({ text, voice, language, rate, volumeDb });
    }
  }

  #begin({ name, attributes, empty, at }: Extract<XmlToken, { kind: 'open' }>): void {
    if (this.#isOver || (this.#open.length === 0 && name !== 'speak')) {
      throw malformed(at, 'there is something beside <speak>');
    }
    if (this.#open.length >= MOST_DEPTH) throw malformed(at, `elements are nested more than ${MOST_DEPTH} deep`);
    const outer = this.#open.at(-1);
    const style = inner(outer, name, attributes, at);
    const alias = name === 'sub' ? attributes.get('alias') : undefined;
    if (alias !== undefined && !outer?.isMuted) this.#speak(` ${alias} `, style);
    if (name === 'break') this.#pause(breakMs(attributes.get('time'), attributes.get('strength'), at));
    if (name === 'p') this.#softMs = Math.max(this.#softMs, AFTER_PARAGRAPH_MS);
    this.#open.push(style);
    if (empty) this.#close(name, at);
  }

  #pause(ms: number): void {
    this.#softMs = 0;
    const last = this.#segments.at(-1);
    if (last && 'breakMs' in last) this.#segments[this.#segments.length - 1] = { breakMs: last.breakMs + ms };
    else if (ms > 0) this.#segments.push({ breakMs: ms });
  }

  #close(name: string, at: number): void {
    const { element } = this.#open.pop() ?? { element: undefined };
    if (element !== name) {
      throw malformed(at, `</${name}> closes ${element === undefined ? 'nothing' : `<${element}>`}`);
    }
    if (name === 'p') this.#softMs = Math.max(this.#softMs, AFTER_PARAGRAPH_MS);
    if (name === 's') this.#softMs = Math.max(this.#softMs, AFTER_SENTENCE_MS);
    if (this.#open.length === 0) this.#isOver = true;
  }
}

function inner(outer: Style | undefined, element: string, attributes: ReadonlyMap<string, string>, at: number): Style {
  const isProsody = element === 'prosody';
  const [rate, volume] = [attributes.get('rate'), attributes.get('volume')];
  const [nowRate, nowVolume] = [outer?.rate ?? 1, outer?.volumeDb ?? 0];
  return {
    element,
    voice: (element === 'voice' ? attributes.get('name') : undefined) || outer?.voice,
    language: attributes.get('xml:lang') || outer?.language,
    rate: isProsody && rate !== undefined ? prosodyRate(rate, nowRate, at) : nowRate,
    volumeDb: isProsody && volume !== undefined ? prosodyVolume(volume, nowVolume, at) : nowVolume,
    as: element === 'say-as' ? [attributes.get('interpret-as') ?? '', attributes.get('format')] : outer?.as,
    isMuted: outer?.isMuted === true || (element === 'sub' && attributes.has('alias')),
  };
}

function isAlike(one: SpokenSegment, other: Omit<SpokenSegment, 'text'>): boolean {
  return (
    one.voice === other.voice &&
    one.language === other.language &&
    one.rate === other.rate &&
    one.volumeDb === other.volumeDb
  );
}

function tidy(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
