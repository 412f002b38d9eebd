import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlaySource } from '../../../src/channel/play-port.ts';
import { checkSpeechOptions, type SpeechOptions } from '../../../src/channel/playback/speech-options.ts';
import type { SpeechProvider, SpeechProviderOptions } from '../../../src/channel/playback/speech-provider.ts';
import { silentLogger } from '../../../src/logger.ts';
import { SpeechSynthesis, type SpeechSynthesisOptions } from '../../../src/speech/speech-synthesis.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';

const ALWAYS = new AbortController().signal;

interface Asked extends SpeechProviderOptions {
  readonly text: string;
}

/** Speaks every word as one piece of a hundred samples, all as loud as the word is long. */
class Words implements SpeechProvider {
  readonly name: string = 'words';
  readonly asked: Asked[] = [];
  running = 0;

  synthesize(text: string, options: SpeechProviderOptions): { sampleRate: number; audio: AsyncIterable<Int16Array> } {
    this.asked.push({ ...options, text });
    return { sampleRate: 8000, audio: this.#audio(text) };
  }

  async *#audio(text: string): AsyncGenerator<Int16Array> {
    this.running++;
    try {
      for (const word of text.split(' ')) yield new Int16Array(100).fill(word.length);
    } finally {
      this.running--;
    }
  }
}

/** Never gives anything; ends only when it is told. */
function hanging(when: 'begin' | 'audio' | 'later'): SpeechProvider {
  async function* audio(): AsyncGenerator<Int16Array> {
    if (when === 'later') yield new Int16Array(10);
    await new Promise(() => undefined);
  }
  return {
    name: 'hanging',
    synthesize: () => (when === 'begin' ? new Promise(() => undefined) : { sampleRate: 8000, audio: audio() }),
  };
}

let folder: string;
const clock = new VirtualClock();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-speech-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(clock.pending).toBe(0);
});

function synthesis(options: SpeechOptions, holdTime?: SpeechSynthesisOptions['holdTime']): SpeechSynthesis {
  return new SpeechSynthesis({
    ...checkSpeechOptions({ cacheDirectory: false, ...options }),
    clock,
    awaitDisk: (work) => work,
    logger: silentLogger,
    holdTime,
  });
}

async function samplesOf(source: PlaySource | undefined): Promise<readonly number[]> {
  if (source?.kind !== 'stream') throw new Error(`it is of kind ${source?.kind}`);
  const samples: number[] = [];
  for (;;) {
    const piece = await source.stream.read();
    if (!piece) return samples;
    samples.push(...piece);
  }
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('text to speech', () => {
  it('lets no virtual time pass until its own thread has ended', async () => {
    let holds = 0;
    const speech = synthesis({}, async (work) => {
      holds++;
      try {
        return await work;
      } finally {
        holds--;
      }
    });
    const saying = speech.say('good morning', { signal: ALWAYS }).catch(({ code }) => code);
    await settle();
    let isClosed = false;
    const closing = speech.close().then(() => {
      isClosed = true;
    });
    let turns = 0;
    for (await settle(); !isClosed; await settle()) {
      expect(holds).toBeGreaterThan(0);
      turns++;
    }
    await closing;
    expect([await saying, holds, turns > 0]).toEqual(['STOPPED', 0, true]);
  });

  it('hands plain text to the provider in one piece and streams what it gives', async () => {
    const provider = new Words();
    const speech = synthesis({ provider, voice: 'anna', language: 'en' });
    const sources = await speech.say('1, 2, 3 & <b>go</b>', { rate: 1.5, signal: ALWAYS });
    expect(provider.asked).toMatchObject([{ text: '1, 2, 3 & <b>go</b>', voice: 'anna', language: 'en', rate: 1.5 }]);
    expect(sources).toMatchObject([{ kind: 'stream', name: 'text:1, 2, 3 & <b>go</b>', stream: { sampleRate: 8000 } }]);
    expect((await samplesOf(sources[0])).length).toBe(500);
    expect(provider.running).toBe(0);
  });

  it('makes parts of SSML, and silence of its pauses', async () => {
    const provider = new Words();
    const speech = synthesis({ provider });
    const sources = await speech.say(
      '<speak>One<break time="300ms"/><prosody rate="200%" volume="+20dB">two</prosody></speak>',
      { signal: ALWAYS },
    );
    expect(sources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'stream text:One',
      'silence pause',
      'stream text:two',
    ]);
    expect(provider.asked.map(({ rate }) => rate)).toEqual([1, 2]);
    expect(new Set(await samplesOf(sources[0]))).toEqual(new Set([3]));
    expect(new Set(await samplesOf(sources[2]))).toEqual(new Set([30]));
  });

  it('takes its own voice for another language of the text', async () => {
    const provider = new Words();
    const speech = synthesis({ provider, voice: 'anna', language: 'en-US' });
    const sources = await speech.say('<speak>Yes<lang xml:lang="de">Ja</lang></speak>', { signal: ALWAYS });
    await Promise.all(sources.map(samplesOf));
    expect(provider.asked).toMatchObject([
      { voice: 'anna', language: 'en-US' },
      { voice: undefined, language: 'de' },
    ]);
    await samplesOf((await speech.say('Oui', { language: 'fr', signal: ALWAYS }))[0]);
    expect(provider.asked[2]).toMatchObject({ voice: undefined, language: 'fr' });
  });

  it('keeps what was spoken to its end as a file, by text, voice, language and speed', async () => {
    const provider = new Words();
    const speech = synthesis({ provider, cacheDirectory: folder });
    const say = async (text: string, rate = 1): Promise<PlaySource | undefined> =>
      (await speech.say(text, { rate, signal: ALWAYS }))[0];
    await samplesOf(await say('one two'));
    await speech.close();
    const again = synthesis({ provider, cacheDirectory: folder });
    const [kept] = await again.say('one two', { signal: ALWAYS });
    expect(kept).toMatchObject({ kind: 'file', name: 'text:one two' });
    expect(provider.asked.length).toBe(1);
    for (const request of [{ rate: 2 }, { voice: 'bert' }, { language: 'de' }]) {
      const [other] = await again.say('one two', { ...request, signal: ALWAYS });
      expect(other?.kind).toBe('stream');
      if (other?.kind === 'stream') await other.stream.close();
    }
    expect((await readdir(folder)).length).toBe(1);
    await again.close();
  });

  it('keeps nothing of what was stopped before its end, and ends the provider', async () => {
    const provider = new Words();
    const speech = synthesis({ provider, cacheDirectory: folder });
    const [source] = await speech.say('one two three four', { signal: ALWAYS });
    if (source?.kind !== 'stream') throw new Error('no stream');
    await source.stream.read();
    await source.stream.close();
    expect(await source.stream.read()).toBeUndefined();
    expect(provider.running).toBe(0);
    await speech.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('asks the provider once for what several calls say at the same time, each with samples of its own', async () => {
    const provider = new Words();
    const speech = synthesis({ provider });
    const [one] = await speech.say('one two', { signal: ALWAYS });
    const [other] = await speech.say('one two', { signal: ALWAYS });
    if (one?.kind !== 'stream' || other?.kind !== 'stream') throw new Error('no stream');
    (await one.stream.read())?.fill(0);
    expect((await other.stream.read())?.[0]).toBe(3);
    await one.stream.close();
    expect((await other.stream.read())?.[0]).toBe(3);
    await other.stream.close();
    expect(provider.asked.length).toBe(1);
  });

  it.each(['begin', 'audio', 'later'] as const)('gives up a provider that hangs: %s', async (when) => {
    const speech = synthesis({ provider: hanging(when), timeout: 500 });
    const work = speech.say('Hello', { signal: ALWAYS }).then(async (sources) => samplesOf(sources[0]));
    const failure = expect(work).rejects.toMatchObject({ code: 'SPEECH_TIMEOUT' });
    await settle();
    clock.advance(500);
    await settle();
    clock.advance(1000);
    await failure;
    await settle();
  });

  it('rejects with the reason of its signal, whatever the provider does', async () => {
    const speech = synthesis({ provider: hanging('audio') });
    const abort = new AbortController();
    const failure = expect(speech.say('Hello', { signal: abort.signal })).rejects.toBe('enough');
    await settle();
    abort.abort('enough');
    await settle();
    clock.advance(1000);
    await failure;
    await expect(speech.say('Hello', { signal: AbortSignal.abort('before') })).rejects.toBe('before');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no credit');
      },
      /words failed: no credit/,
    ],
    [
      'has no audio',
      async () => ({
        sampleRate: 8000,
        audio: (async function* () {
          yield* [];
        })(),
      }),
      /no audio/,
    ],
    [
      'has no rate',
      () => ({ sampleRate: 0, audio: new Words().synthesize('a', { rate: 1, signal: ALWAYS }).audio }),
      /sampleRate/,
    ],
  ])('fails with SPEECH_FAILED when the provider %s', async (_what, synthesize, message) => {
    const speech = synthesis({ provider: { name: 'words', synthesize } });
    await expect(speech.say('Hello', { signal: ALWAYS })).rejects.toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringMatching(message),
    });
  });

  it('leaves every part of a text of which one fails, and says what failed', async () => {
    const words = new Words();
    const provider: SpeechProvider = {
      name: 'words',
      synthesize: (text, options) => {
        if (text === 'bad') throw new Error('bad part');
        if (text === 'slow') return new Promise(() => undefined);
        return words.synthesize(text, options);
      },
    };
    const speech = synthesis({ provider, cacheDirectory: folder });
    const text = '<speak>slow<break/>one<break/>bad<break/>two three</speak>';
    const failure = expect(speech.say(text, { signal: ALWAYS })).rejects.toThrow('bad part');
    await settle();
    clock.advance(1000);
    await failure;
    expect(words.running).toBe(0);
    await speech.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['', 'INVALID_ARGUMENT'],
    [' \n', 'INVALID_ARGUMENT'],
    ['\u0000\ud800\u200b', 'INVALID_ARGUMENT'],
    ['<speak><p></p></speak>', 'INVALID_ARGUMENT'],
    ['<speak>never closed', 'INVALID_ARGUMENT'],
    ['a'.repeat(100_000), 'TEXT_TOO_LONG'],
    [`<speak>${'a<break/>'.repeat(150)}</speak>`, 'TEXT_TOO_LONG'],
  ])('refuses a bad text before it asks anybody', async (text, code) => {
    const provider = new Words();
    await expect(synthesis({ provider }).say(text, { signal: ALWAYS })).rejects.toMatchObject({ code });
    expect(provider.asked).toEqual([]);
  });

  it.each([{ rate: 0 }, { rate: Number.NaN }, { voice: '' }, { language: 'e\nn' }])('refuses %o', async (request) => {
    const failure = { code: 'INVALID_ARGUMENT' };
    await expect(synthesis({}).say('Hello', { ...request, signal: ALWAYS })).rejects.toMatchObject(failure);
  });

  it('leaves halves of characters and what controls out', async () => {
    const provider = new Words();
    const [source] = await synthesis({ provider }).say('a\u0007b\ud800 c\u202e', { signal: ALWAYS });
    await samplesOf(source);
    expect(provider.asked[0]?.text).toBe('a b c');
  });

  it('speaks nothing any more when it is closed', async () => {
    const speech = synthesis({ provider: new Words() });
    const [source] = await speech.say('one two three', { signal: ALWAYS });
    await speech.close();
    await expect(speech.say('more', { signal: ALWAYS })).rejects.toMatchObject({ code: 'STOPPED' });
    if (source?.kind === 'stream') await source.stream.close();
  });
});
