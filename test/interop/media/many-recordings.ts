/**
 * Run where little can be written: many calls are recorded at once until nothing more can be, and it prints what came of each.
 * Arguments: the media directory, and how many calls.
 */
import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Channel, UserAgent } from '../../../src/index.ts';

const [mediaDirectory = '.', count = '1'] = process.argv.slice(2);
const options = { address: '127.0.0.1', port: 0, mediaDirectory, maxCalls: Number(count) + 1 };
const callee = await UserAgent.start(options);
const caller = await UserAgent.start(options);

/** A decoder that finds nothing wrong says nothing. */
function complaints(path: string): string {
  try {
    return execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 'null', '-'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString();
  } catch (error) {
    return String(error);
  }
}

async function recordOn(channel: Channel, name: string): Promise<Record<string, unknown>> {
  const recording = await channel.fileRecorder.start(name, { timeout: 20_000 });
  const cause = await recording.finished;
  const path = join(mediaDirectory, name);
  // Writing is over for all of them before the first one is looked at.
  ended++;
  if (ended === Number(count)) allEnded.resolve();
  await allEnded.promise;
  return {
    cause,
    code: channel.fileRecorder.error?.code,
    handle: recording.state,
    state: channel.state,
    bytes: (await stat(path)).size,
    seconds: Number(execFileSync('soxi', ['-D', path]).toString()),
    complaints: complaints(path),
    beeps: await channel.createTonePlayer().play('BEEP'),
    plays: await channel.filePlayer.play(name, { timeout: 200 }),
  };
}

let ended = 0;
const allEnded = Promise.withResolvers<void>();
const results: Promise<Record<string, unknown>>[] = [];
const everybody = Promise.withResolvers<void>();
callee.onCall(async (channel) => {
  await channel.answer();
  await everybody.promise;
  const result = recordOn(channel, `${results.length}.wav`);
  results.push(result);
  await result;
});
const callers = Array.from({ length: Number(count) }, () => caller.channel());
for (const channel of callers) await channel.call(callee.uri);
everybody.resolve();
await Promise.all(callers.map((channel) => channel.waitForIdle()));
process.stdout.write(JSON.stringify(await Promise.all(results)));
await caller.stop();
await callee.stop();
