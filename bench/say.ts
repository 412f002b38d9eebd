/**
 * Text to speech: how long it takes from the text to the first audio, for the first text of a program, for a new one, and for one that
 * is in the cache; and whether the audio of other calls notices that somebody speaks.
 * `node bench/say.ts [--texts N]`
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkSpeechOptions } from '../src/channel/playback/speech-options.ts';
import { systemClock } from '../src/clock.ts';
import { silentLogger } from '../src/logger.ts';
import { SpeechSynthesis } from '../src/speech/speech-synthesis.ts';

const TEXTS = 30;
const ALWAYS = new AbortController().signal;
/** A sentence of ten words, another one each time. */
const sentence = (number: number): string => `Your number in the queue of callers is now ${number}.`;

interface Row {
  readonly what: string;
  readonly goal: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

function row(what: string, goal: string, times: readonly number[]): Row {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (index: number): number => Number((sorted[index] ?? Number.NaN).toFixed(1));
  return { what, goal, median: at(sorted.length >> 1), least: at(0), most: at(sorted.length - 1) };
}

/** Says a text to its end. @returns milliseconds to the first audio. */
async function say(speech: SpeechSynthesis, text: string): Promise<number> {
  const begin = performance.now();
  const [source] = await speech.say(text, { signal: ALWAYS });
  const took = performance.now() - begin;
  if (source?.kind === 'stream') {
    while (await source.stream.read());
    await source.stream.close();
  }
  return took;
}

/** Measures everything and prints it. */
export async function run(texts = TEXTS): Promise<void> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'offhook-say-'));
  const speech = new SpeechSynthesis({
    ...checkSpeechOptions({ cacheDirectory }),
    clock: systemClock,
    awaitDisk: (work) => work,
    logger: silentLogger,
  });
  const [first, spoken, kept]: [number[], number[], number[]] = [[], [], []];
  first.push(await say(speech, sentence(100)));
  // The compiler of the machine's own code takes a few texts.
  for (let text = 0; text < 5; text++) await say(speech, sentence(200 + text));
  for (let text = 0; text < texts; text++) {
    spoken.push(await say(speech, sentence(300 + text)));
    // What a text has left to do after its audio is not the next one's.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (let text = 0; text < texts; text++) kept.push(await say(speech, sentence(300 + text)));
  await speech.close();
  await rm(cacheDirectory, { recursive: true });
  const rows = [
    row('first audio, the first text', '', first),
    row('first audio, ten words', '150', spoken),
    row('the same from the cache', '0 but for the disk', kept),
  ];
  console.table(Object.fromEntries(rows.map(({ what, ...figures }) => [what, figures])));
  const load = new URL('./media-load.ts', import.meta.url).pathname;
  for (const args of [[], ['--speak']]) {
    spawnSync(process.execPath, [load, '--calls', '100', '--seconds', '10', ...args], { stdio: 'inherit' });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { texts: { type: 'string', default: String(TEXTS) } } });
  await run(Number(values.texts));
}
