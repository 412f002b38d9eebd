import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startPhone } from '../support/phone.ts';
import { shortenPrompts } from '../support/short-prompts.ts';

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Runs an example as its reader would; `onLine` sees the first line that it prints. */
async function run(name: string, args: readonly string[], onLine: (end: () => void) => void): Promise<Finished> {
  const file = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (output === '') onLine(() => void child.kill('SIGTERM'));
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('the examples as programs', () => {
  it.each([
    ['01-answer', ['0']],
    ['02-pin-menu', ['0']],
    ['04-start-and-rejoin', ['sip:nobody@127.0.0.1', '0']],
    ['05-record-message', ['0']],
    ['06-dtmf-echo', ['0']],
    ['07-abort-and-timeouts', ['0']],
    ['09-sip-info', ['0']],
    ['10-whole-call-record', ['0']],
    ['11-tones', ['0', 'DE']],
    ['12-play', ['0']],
    ['13-files', ['0']],
    ['14-voicemail', ['0', 'en']],
    ['15-voicemail-player', ['0', '5000']],
    ['16-say', ['0']],
    ['17-music-on-hold', ['0']],
    ['19-voice-agent', ['0']],
    ['20-extra-channel', ['sip:nobody@127.0.0.1', '0']],
    ['21-connect-with-prompt', ['sip:nobody@127.0.0.1', '0']],
    ['22-retrievable-transfer', ['sip:nobody@127.0.0.1', '0']],
    ['23-inbound-service', ['0']],
    ['27-hold', ['sip:nobody@127.0.0.1', '0']],
    ['28-blind-and-attended-transfer', ['sip:nobody@127.0.0.1', '0']],
    ['24-conference', ['0']],
    ['25-play-to-room', ['0']],
    ['26-conference-server', ['0']],
    ['testing/pin-menu', ['0']],
    ['testing/survives-hangup', ['0']],
  ] as const)('%s waits for calls', async (name, args) => {
    const { output } = await run(name, args, (end) => end());
    expect(output).toMatch(/^waiting for calls on port \d+/);
  });

  it('03-outbound-retry calls who is given', async () => {
    await using phone = await startPhone();
    await shortenPrompts(phone.folder);
    const ended: unknown[] = [];
    phone.ua.onCall(async (channel) => {
      await channel.answer();
      await channel.waitForIdle();
      ended.push(channel.info.hangup?.by);
    });
    expect(await run('03-outbound-retry', [phone.ua.uri], () => undefined)).toEqual({ code: 0, output: '' });
    expect(ended).toEqual(['remote']);
  });

  it('08-graceful-stop ends by itself when it is asked to', async () => {
    const { code, output } = await run('08-graceful-stop', ['0'], (end) => end());
    expect([code, output.split('\n')[1]]).toEqual([0, 'all calls are over']);
  });
});
