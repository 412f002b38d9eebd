import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { createOffer } from '../../../src/media/negotiation/create-offer.codec.ts';
import { fileSource } from '../../support/file-source.ts';
import { freePort } from '../../support/free-port.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { strongestTone, toneShare } from '../../support/tone.ts';
import { until } from '../../support/until.ts';
import { bytesOf, sine, wavBytes } from '../../unit/media/wav/wav-bytes.ts';

const ADDRESS = '127.0.0.1';

let directory: string;
let media: Media;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-rtp-'));
  media = await Media.start({ clock: systemClock, logger: silentLogger });
});
afterAll(async () => {
  await media.close();
  await rm(directory, { recursive: true });
});

function samplesOf(file: Buffer): Int16Array {
  const data = file.indexOf('data') + 8;
  const count = (file.length - data) >> 1;
  return Int16Array.from({ length: count }, (_, index) => file.readInt16LE(data + index * 2));
}

/** Runs ffmpeg to its end. */
function ffmpeg(...options: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-loglevel', 'error', '-y', ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${code}`))));
  });
}

function describeFarEnd(port: number): Parameters<Awaited<ReturnType<Media['open']>>['answer']>[0] {
  return createOffer({
    address: ADDRESS,
    family: 4,
    rtpPort: port,
    rtcpPort: port + 1,
    codecs: ['PCMU'],
    ptimeMs: 20,
    sessionId: '1',
    sessionVersion: '1',
  });
}

describeWithPeer('ffmpeg', 'ffmpeg at the other end', () => {
  it('hears the prompt that is played', async () => {
    const prompt = join(directory, 'prompt.wav');
    const heard = join(directory, 'heard.wav');
    const sdp = join(directory, 'far.sdp');
    await writeFile(prompt, wavBytes(bytesOf(sine(440, 8000, 8000))));
    const port = await freePort();
    await writeFile(
      sdp,
      `v=0\r\no=- 0 0 IN IP4 ${ADDRESS}\r\ns=-\r\nc=IN IP4 ${ADDRESS}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`,
    );
    const listening = ffmpeg('-protocol_whitelist', 'file,udp,rtp', '-i', sdp, '-t', '2', '-c:a', 'pcm_s16le', heard);
    const session = await media.open({ address: ADDRESS, codecs: ['PCMU'] });
    session.answer(describeFarEnd(port));
    const playing = session.play({ sources: [fileSource(prompt)], bargeIn: '', loop: true });
    await playing.started;
    await listening;
    await session.close();
    const samples = samplesOf(await readFile(heard));
    expect(samples.length).toBeGreaterThan(12_000);
    expect(strongestTone(samples, 8000, 440)).toBeGreaterThan(0.99);
  });

  it('is heard and recorded', async () => {
    const session = await media.open({ address: ADDRESS, codecs: ['PCMU'] });
    session.answer(describeFarEnd(await freePort()));
    const path = join(directory, 'recorded.wav');
    const recording = session.record({
      path,
      format: 'PCM16',
      bargeIn: '',
      ifExists: 'overwrite',
      maxDurationMs: 2000,
    });
    await recording.started;
    const sending = ffmpeg(
      ...['-re', '-f', 'lavfi', '-i', 'sine=1000:duration=3:sample_rate=8000', '-c:a', 'pcm_mulaw'],
      ...['-f', 'rtp', `rtp://${ADDRESS}:${session.local.rtpPort}`],
    );
    await until('audio', async () => (await session.statistics()).packetsReceived > 10);
    const { reason, audioDetected } = await recording.finished;
    expect(reason).toBe('timeout');
    expect(audioDetected).toBe(true);
    const samples = samplesOf(await readFile(path));
    const begin = samples.findIndex((sample) => Math.abs(sample) > 1000);
    expect(toneShare(samples.subarray(begin, begin + 4000), 8000, 1000)).toBeGreaterThan(0.98);
    await sending;
    await session.close();
  });
});
