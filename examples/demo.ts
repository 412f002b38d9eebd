/**
 * The main job on one machine: a program that answers calls, and a program that calls it, over real SIP and RTP.
 * At the end it measures that what was heard is what was played. Run it with `npm run demo`.
 */
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, isHangup, State, UserAgent } from 'offhook';
import { type Comparison, compareAudio, readPcm16 } from './demo/compare-audio.ts';
import { ivr, type Visit } from './demo/ivr.ts';
import { Ladder } from './demo/ladder.ts';

const PIN = '2468#';
const HEARD = 'heard-by-the-caller.wav';
const ENOUGH = 0.9;

async function mediaFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-demo-'));
  await cp(new URL('./media/', import.meta.url), folder, { recursive: true });
  return folder;
}

/** The caller: hears the prompt, types the PIN, leaves a message and listens until the other side hangs up. */
async function caller(channel: Channel, uri: string, ladder: Ladder): Promise<void> {
  const state = await channel.call(uri, { timeout: 10_000 });
  if (state !== State.ANSWERED) throw new Error(`the call was not answered: ${channel.cause}`);
  ladder.note('left', 'ANSWERED');
  await channel.fileRecorder.start(HEARD, { timeout: 60_000 });
  // The prompts are 3.3 and 3.1 s long: the caller waits for their ends as a person would, by the clock.
  await channel.sleep(3_600);
  ladder.note('left', `presses ${PIN}`);
  await channel.dtmfPlayer.play(PIN);
  await channel.sleep(3_400);
  ladder.note('left', 'speaks');
  await channel.filePlayer.play('caller-speech.wav');
  await channel.waitForIdle();
}

async function meter(channel: Channel, ladder: Ladder): Promise<void> {
  try {
    for (;;) {
      await channel.sleep(100);
      const { levelReceived } = await channel.mediaStatistics();
      ladder.level(levelReceived);
    }
  } catch (error) {
    if (!isHangup(error)) throw error;
  }
}

function report(what: string, { share, offsetMs, gain }: Comparison): boolean {
  const good = share >= ENOUGH;
  const measured = `${(share * 100).toFixed(0)} % the same at ${(offsetMs / 1000).toFixed(2)} s, level ${gain >= 0 ? '+' : ''}${gain.toFixed(1)} dB`;
  console.log(`  ${good ? 'ok  ' : 'FAIL'} ${what}: ${measured}`);
  return good;
}

async function main(): Promise<boolean> {
  const folder = await mediaFolder();
  const visit: Visit = { digits: '', recording: 'message.wav' };
  const options = { port: 0, address: '127.0.0.1', mediaDirectory: folder } as const;
  let ladder: Ladder | undefined;
  await using answering = await UserAgent.start({ ...options, user: 'ivr' });
  await using calling = await UserAgent.start({
    ...options,
    user: 'ada',
    trace: ({ direction, summary }) => ladder?.message(summary, direction === 'out'),
  });
  const drawing = new Ladder(`ada ${calling.address}:${calling.port}`, `${answering.address}:${answering.port} ivr`);
  ladder = drawing;
  answering.onCall((channel) => ivr(channel, visit, (text) => drawing.note('right', text)));

  const channel = calling.channel();
  const began = performance.now();
  const call = caller(channel, answering.uri, drawing);
  channel.on('state', (state) => {
    if (state === State.ANSWERED) void meter(channel, drawing);
  });
  await call;
  const recorded = await channel.fileRecorder.waitUntilFinished();
  drawing.end();
  const seconds = (performance.now() - began) / 1000;

  const heard = await readPcm16(join(folder, HEARD));
  const message = await readPcm16(join(folder, visit.recording));
  const played = async (name: string): Promise<Comparison> => compareAudio(await readPcm16(join(folder, name)), heard);
  console.log(
    `\nCall of ${seconds.toFixed(1)} s, ended by the ${channel.info.hangup?.by ?? 'unknown'} side; recording ended with ${recorded}.`,
  );
  const digitsRight = visit.digits === PIN;
  console.log(`  ${digitsRight ? 'ok  ' : 'FAIL'} digits pressed ${PIN}, received ${visit.digits}`);
  const results = [
    digitsRight,
    report('the caller heard the prompt', await played('enter-pin.wav')),
    report(
      'the answering side recorded what the caller said',
      compareAudio(await readPcm16(join(folder, 'caller-speech.wav')), message),
    ),
    report('the caller heard the recording of it', await played(visit.recording)),
    report('the caller heard the goodbye', await played('goodbye.wav')),
  ];
  console.log(`\nThe recording of the message:       ${join(folder, visit.recording)}`);
  console.log(`All that the caller heard:          ${join(folder, HEARD)}`);
  return results.every(Boolean);
}

process.exitCode = (await main()) ? 0 : 1;
