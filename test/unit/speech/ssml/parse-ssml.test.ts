import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelError } from '../../../../src/errors.ts';
import { isSsml, parseSsml } from '../../../../src/speech/ssml/parse-ssml.codec.ts';

/** Segments as one looks at them: text with what is special about it, pauses as numbers. */
function seen(inner: string): readonly unknown[] {
  return parseSsml(`<speak>${inner}</speak>`).map((segment) => {
    if ('breakMs' in segment) return segment.breakMs;
    const { text, ...style } = segment;
    const special = Object.entries(style).filter(
      ([name, value]) => value !== undefined && value !== (name === 'rate' ? 1 : 0),
    );
    return special.length === 0 ? text : [text, Object.fromEntries(special)];
  });
}

describe('SSML', () => {
  it.each([
    ['<speak>a</speak>', true],
    ['\n <?xml version="1.0"?>\n<speak version="1.1">a</speak>', true],
    ['<speak/>', true],
    ['<b>a</b>', false],
    ['say <speak>', false],
    ['<speaker>', false],
  ])('is told from plain text: %s', (text, is) => {
    expect(isSsml(text)).toBe(is);
  });

  it.each<[string, readonly unknown[]]>([
    ['Hello  <b>you</b>\n there', ['Hello you there']],
    ['a &amp; b &lt; &#65;&#x42; &quot;c&apos;', ['a & b < AB "c\'']],
    ['<![CDATA[1 < 2 & 3]]><!-- no <b> --> yes<?pi no?>', ['1 < 2 & 3 yes']],
    ['a<break/>b', ['a', 400, 'b']],
    ['a<break time="1.5s"/><break time="250ms"/>b', ['a', 1750, 'b']],
    ['<break strength="strong"/>a<break strength="none"/>b', [700, 'ab']],
    ['<p>One.</p><p>Two.</p>', ['One.', 500, 'Two.']],
    ['<s>One</s> <s>Two</s>', ['One', 250, 'Two']],
    ['<p><s>One</s></p><break time="1s"/><p>Two</p>', ['One', 1000, 'Two']],
    ['The <sub alias="World Wide Web Consortium">W3C</sub> says', ['The World Wide Web Consortium says']],
    ['<voice name="anna">a</voice> b', [['a', { voice: 'anna' }], 'b']],
    [
      '<lang xml:lang="de">ja</lang><p xml:lang="fr">oui</p>',
      [['ja', { language: 'de' }], 500, ['oui', { language: 'fr' }]],
    ],
    [
      '<prosody rate="150%">a<prosody rate="-50%">b</prosody></prosody>',
      [
        ['a', { rate: 1.5 }],
        ['b', { rate: 0.75 }],
      ],
    ],
    ['<prosody rate="slow" volume="soft">a</prosody>', [['a', { rate: 0.75, volumeDb: -6 }]]],
    [
      '<prosody rate="2">a</prosody><prosody rate="1000%">b</prosody>',
      [
        ['a', { rate: 2 }],
        ['b', { rate: 4 }],
      ],
    ],
    [
      '<prosody volume="+6dB">a<prosody volume="-2.5dB">b</prosody></prosody>',
      [
        ['a', { volumeDb: 6 }],
        ['b', { volumeDb: 3.5 }],
      ],
    ],
    ['<prosody volume="silent">a</prosody>', [['a', { volumeDb: Number.NEGATIVE_INFINITY }]]],
    ['<prosody pitch="high">a</prosody><mark name="x"/><emphasis>b</emphasis><audio src="x">c</audio>', ['abc']],
    ['Code <say-as interpret-as="digits">402</say-as>.', ['Code 4, 0, 2 .']],
    ['<say-as interpret-as="characters">a b2</say-as>', ['a, b, 2']],
    ['<say-as interpret-as="cardinal">12,345</say-as>', ['12345']],
    ['<say-as interpret-as="ordinal">22</say-as> <say-as interpret-as="ordinal">11</say-as>', ['22nd 11th']],
    ['<say-as interpret-as="date">2026-11-21</say-as>', ['November 21st, 2026']],
    ['<say-as interpret-as="date" format="dmy">3/4/2026</say-as>', ['April 3rd, 2026']],
    ['<say-as interpret-as="date" format="md">4/1</say-as>', ['April 1st']],
    ['<say-as interpret-as="date">13/13/2026</say-as>', ['13/13/2026']],
    ['<say-as interpret-as="time">14:05</say-as>, <say-as interpret-as="time">9:30pm</say-as>', ['14 oh 5 , 9 30 p m']],
    ['<say-as interpret-as="telephone">+49 30-1234</say-as>', ['plus 4, 9, 3, 0, 1, 2, 3, 4']],
    ['<say-as interpret-as="nonsense">x</say-as>', ['x']],
  ])('%s', (inner, expected) => {
    expect(seen(inner)).toEqual(expected);
  });

  it.each([
    ['<speak>a', 8, '<speak> is not closed'],
    ['<speak>a</p></speak>', 8, '</p> closes <speak>'],
    ['<speak>a & b</speak>', 9, '& is no entity'],
    ['<speak>&nbsp;</speak>', 7, '&nbsp; is no entity'],
    ['<speak>&#55296;</speak>', 7, 'is no entity'],
    ['<speak>1 < 2</speak>', 9, 'no name after <'],
    ['<speak><break time="x"/></speak>', 7, 'time must be'],
    ['<speak><break time="61s"/></speak>', 7, 'no more than a minute'],
    ['<speak><break strength="toString"/></speak>', 7, 'strength must be'],
    ['<speak><prosody rate="quick">a</prosody></speak>', 7, 'rate must be'],
    ['<speak><prosody volume="11dB">a</prosody></speak>', 7, 'volume must be'],
    ['<speak><p a=1>a</p></speak>', 12, 'between quotes'],
    ['<speak><p a="1" a="2">a</p></speak>', 16, 'twice'],
    ['<speak><!-- a</speak>', 7, 'has no -->'],
    ['<speak>a</speak>b', 16, 'outside of <speak>'],
    ['<speak>a</speak><p/>', 16, 'beside <speak>'],
    ['<!DOCTYPE speak [<!ENTITY a "b">]><speak>a</speak>', 0, 'document types'],
    [`<speak>${'<p>'.repeat(60)}</speak>`, 154, 'nested'],
  ])('says where it is wrong: %s', (ssml, at, what) => {
    expect(() => parseSsml(ssml)).toThrow(
      new RegExp(`character ${at}: .*${what.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
    );
  });

  it('never throws anything else, whatever it is given', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<speak>',
        '</speak>',
        '<p>',
        '</p>',
        '<break time="',
        '1s"/>',
        '&amp;',
        '&',
        '<![CDATA[',
        ']]>',
        '"',
        '=',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          for (const segment of parseSsml(pieces.join('')))
            if ('text' in segment && segment.text !== segment.text.trim()) throw new Error(segment.text);
        } catch (error) {
          if (!(error instanceof ChannelError) || error.code !== 'INVALID_ARGUMENT') throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
