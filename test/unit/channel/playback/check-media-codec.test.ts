import { describe, expect, it } from 'vitest';
import { checkMedia } from '../../../../src/channel/playback/check-media.codec.ts';
import type { Media } from '../../../../src/channel/playback/media.ts';
import { mediaName } from '../../../../src/channel/playback/media-name.codec.ts';

describe('media', () => {
  it.each<readonly [media: Media, item: object, name: string]>([
    ['menu.wav', { file: 'menu.wav' }, 'menu.wav'],
    ['./prompts//menu.wav', { file: './prompts//menu.wav' }, 'prompts/menu.wav'],
    ['file:menu:1.wav', { file: 'menu:1.wav' }, 'menu:1.wav'],
    ['sound:vm-intro', { sound: 'vm-intro' }, 'sound:vm-intro'],
    ['SOUND:vm-intro', { sound: 'vm-intro' }, 'sound:vm-intro'],
    ['recording:voicemail/305/1', { recording: 'voicemail/305/1' }, 'recording:voicemail/305/1'],
    ['number:-42', { number: -42 }, 'number:-42'],
    [{ number: 42 }, { number: 42 }, 'number:42'],
    ['digits:0049', { digits: '0049' }, 'digits:0049'],
    ['characters:ab1', { characters: 'ab1' }, 'characters:ab1'],
    ['tone:BUSY', { tone: 'BUSY' }, 'BUSY'],
    ['silence:250.5', { silence: 250.5 }, 'silence:250.5'],
    ['text:Hello: it is me', { text: 'Hello: it is me' }, 'text:Hello: it is me'],
    ['text:two\nlines', { text: 'two\nlines' }, 'text:two\nlines'],
    ['https://example.com/a.wav?b=c', { url: 'https://example.com/a.wav?b=c' }, 'https://example.com/a.wav?b=c'],
    [{ sound: 'vm-intro', language: 'de' }, { sound: 'vm-intro', language: 'de' }, 'sound:vm-intro'],
    [{ text: 'hi', voice: 'slt', rate: 1.5 }, { text: 'hi', voice: 'slt', rate: 1.5 }, 'text:hi'],
  ])('%j is understood', (media, item, name) => {
    const [checked, ...others] = checkMedia(media);
    expect([checked, others]).toEqual([item, []]);
    expect(checked && mediaName(checked)).toBe(name);
  });

  it('in memory is copied, so that nobody can change it any more', () => {
    const samples = new Int16Array([1, 2, 3]);
    const bytes = Buffer.from('RIFF');
    const media = checkMedia([{ buffer: samples }, { buffer: bytes }]);
    samples.fill(0);
    bytes.fill(0);
    expect(media).toEqual([
      { buffer: new Int16Array([1, 2, 3]), sampleRate: 8000 },
      { buffer: new Uint8Array([0x52, 0x49, 0x46, 0x46]) },
    ]);
    expect(media.map(mediaName)).toEqual(['buffer', 'buffer']);
  });

  it.each([
    ['numbr:4', /there is no medium "numbr:"; did you mean number:\? A file of that name is \{ file: "numbr:4" \}/],
    ['xyzzy:4', /there are characters:, digits:, file:/],
    ['c:/windows/a.wav', /media directory/],
    ['sound:', /sound must be a string that is not empty/],
    ['text:  ', /text must be/],
    ['http://', /url must be/],
    [{ url: 'ftp://example.com/a.wav' }, /url must be/],
    [{ number: 1.5 }, /whole number/],
    [{ digits: '12x' }, /digits must/],
    [{ text: 'a', rate: 0 }, /rate must/],
    [{ text: 'a', language: 7 }, /language must/],
    [{ buffer: new Uint8Array(3), sampleRate: 8000 }, /sampleRate goes with samples/],
    [{ buffer: new Int16Array(3), sampleRate: 100 }, /sampleRate must/],
    [{ buffer: new Int16Array() }, /not empty/],
    [{ file: 'a.wav', language: 'de' }, /has no "language"; nothing goes with it/],
    [{}, /must say what it is/],
    [42, /not 42/],
    [[['a.wav']], /a medium is/],
    ['a\0b.wav', /control character/],
  ])('%j is refused', (media, message) => {
    expect(() => checkMedia(media as Media)).toThrow(message);
  });
});
