/**
 * A server for load tests: answers every call by the user part of its Request-URI and stays up until SIGTERM.
 *
 *   play   loops a WAV for ever
 *   rec    loops a WAV and records the caller
 *   ivr    plays a prompt and collects digits (RFC 4733)
 *   echo   sends back what it hears
 *   bridge lets all who call it hear each other
 *
 * Prints one line `ready PORT PID`. Options: --port (default 0: a free one), --address, --rtp MIN-MAX, --record-to DIR
 * (keeps the recordings there), --block MS (blocks the main thread for so long in every second), --speak (has text spoken all the time).
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Channel, UserAgent } from 'offhook';
import { speakAllTheTime } from './speak.ts';
import { toneWav } from './tone-wav.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    address: { type: 'string', default: '127.0.0.1' },
    rtp: { type: 'string', default: '30000-38000' },
    'record-to': { type: 'string' },
    block: { type: 'string', default: '0' },
    speak: { type: 'boolean', default: false },
  },
});

const keep = values['record-to'];
const folder = await mkdtemp(join(keep ?? tmpdir(), 'offhook-bench-'));
await writeFile(join(folder, 'loop.wav'), toneWav(500, 8_000));
await mkdir(join(folder, 'rec'));

const [min, max] = values.rtp.split('-').map(Number);
const ua = await UserAgent.start({
  address: values.address,
  port: Number(values.port),
  rtpPorts: { min: min ?? 30_000, max: max ?? 38_000 },
  mediaDirectory: folder,
});

const bridge = ua.bridge();
let calls = 0;

async function serve(channel: Channel): Promise<void> {
  const user = /^sips?:([^@;]+)@/.exec(channel.info.requestUri)?.[1] ?? 'play';
  await channel.answer();
  switch (user) {
    case 'rec':
      await channel.fileRecorder.start(`rec/${process.pid}-${calls++}.wav`, { format: 'PCMU', timeout: 600_000 });
      await channel.filePlayer.play('loop.wav', { loop: true });
      break;
    case 'ivr':
      for (;;) {
        await channel.filePlayer.play('loop.wav', { bargeIn: true });
        await channel.dtmfDetector.getDigits({ count: 4, predigitsTimeout: 5_000 });
      }
    case 'echo':
      await channel.echo();
      break;
    case 'bridge':
      await bridge.add(channel);
      await channel.waitForIdle();
      break;
    default:
      await channel.filePlayer.play('loop.wav', { loop: true });
  }
}

ua.onCall(serve);
console.log(`ready ${ua.port} ${process.pid}`);

const blockMs = Number(values.block);
if (blockMs > 0) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.wait(cell, 0, 0, blockMs), 1_000).unref();
}

const endOfSpeaking = values.speak ? speakAllTheTime() : undefined;

process.once('SIGTERM', () => {
  void (async () => {
    await endOfSpeaking?.();
    await ua.stop();
    if (keep === undefined) await rm(folder, { recursive: true, force: true });
    process.exit(0);
  })();
});
