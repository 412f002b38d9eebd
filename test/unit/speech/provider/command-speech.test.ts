import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandSpeechOptions, commandSpeech, espeakSpeech } from '../../../../src/index.ts';
import { until } from '../../../support/until.ts';

const ALWAYS = new AbortController().signal;

/** A WAV header as for a pipe, made by the program itself. */
const HEADER =
  "const header = Buffer.from('52494646ffffffff57415645666d74201000000001000100401f0000803e00000200100064617461ffffffff', 'hex');";
/** Speaks as many samples as its input has characters. */
const SPEAKS = `${HEADER} let text = ''; process.stdin.on('data', (data) => { text += data; }).on('end', () => process.stdout.write(Buffer.concat([header, Buffer.alloc(text.length * 2, 1)])));`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-command-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function node(code: string, options: Partial<CommandSpeechOptions> = {}): ReturnType<typeof commandSpeech> {
  const { args = [] } = options;
  const list = typeof args === 'function' ? args : ['-e', code, '--', ...args];
  return commandSpeech({ command: process.execPath, name: 'a program', ...options, args: list });
}

async function say(
  provider: ReturnType<typeof commandSpeech>,
  text = 'Hello',
  options: object = {},
): Promise<{ readonly sampleRate: number; readonly samples: number }> {
  const { sampleRate, audio } = await provider.synthesize(text, { rate: 1, signal: ALWAYS, ...options });
  let samples = 0;
  for await (const piece of audio) samples += piece.length;
  return { sampleRate, samples };
}

describe('a program that speaks', () => {
  it('reads the text and writes a WAV file', async () => {
    expect(await say(node(SPEAKS))).toEqual({ sampleRate: 8000, samples: 5 });
  });

  it('gets what is asked for in its arguments, the text as one, and no shell', async () => {
    const said = join(folder, 'arguments');
    const code = `${HEADER} require('node:fs').writeFileSync(process.env.SAID, JSON.stringify(process.argv.slice(1))); process.stdout.write(Buffer.concat([header, Buffer.alloc(2)]));`;
    const args = ['{text}', '--voice={voice}', '--language={language}', '-r', '{rate}'];
    const provider = node(code, { args, env: { SAID: said }, language: 'en' });
    await say(provider, '--help; $(touch x) "', { rate: 1.5 });
    expect(JSON.parse(await readFile(said, 'utf8'))).toEqual([' --help; $(touch x) "', '--language=en', '-r', '1.5']);
    await say(provider, 'a', { voice: 'anna', language: 'de' });
    expect(JSON.parse(await readFile(said, 'utf8'))).toEqual(['a', '--voice=anna', '--language=de', '-r', '1']);
  });

  it.each([
    ['console.error("no model"); process.exit(3)', /ended with 3: no model/],
    ['process.kill(process.pid, "SIGKILL")', /ended with SIGKILL/],
    ['console.log("<html>")', /no WAV file/],
    ['', /no WAV file/],
  ])('fails when it does not: %s', async (code, message) => {
    await expect(say(node(code))).rejects.toThrow(message);
  });

  it('that breaks off fails after what it has said', async () => {
    const code = `${HEADER} process.stdout.write(Buffer.concat([header, Buffer.alloc(20)]), () => process.exit(1));`;
    await expect(say(node(code))).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
  });

  it('that is not there fails', async () => {
    await expect(say(commandSpeech({ command: 'no-such-program' }))).rejects.toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringContaining('no-such-program is not installed'),
    });
  });

  it('is killed when nobody wants the speech any more', async () => {
    const said = join(folder, 'pid');
    const code = `${HEADER} require('node:fs').writeFileSync(process.env.SAID, String(process.pid)); process.stdout.write(header); setInterval(() => undefined, 1000);`;
    const abort = new AbortController();
    const { audio } = await node(code, { env: { SAID: said } }).synthesize('a', { rate: 1, signal: abort.signal });
    const pid = Number(await readFile(said, 'utf8'));
    const reading = audio[Symbol.asyncIterator]().next();
    abort.abort('enough');
    await expect(reading).rejects.toBe('enough');
    await until('the end of the program', () => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    });
  });

  it('must have a name', () => {
    expect(() => commandSpeech({ command: '' })).toThrow(/command must be/);
  });

  it('has the options that there are', () => {
    const wrong = { command: 'say', comand: 'say' };
    const error = expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('"comand"') });
    expect(() => commandSpeech(wrong)).toThrow(error);
    expect(() => espeakSpeech(wrong)).toThrow(error);
  });

  it('of eSpeak takes no path for a voice', async () => {
    await expect(say(espeakSpeech(), 'a', { voice: '../x' })).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
  });
});
