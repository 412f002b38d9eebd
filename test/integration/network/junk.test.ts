import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import { writeRtpHeader } from '../../../src/media/rtp/packet.codec.ts';
import { mutate } from '../../support/mutate.ts';
import { SDP } from '../../support/signaling-bench.ts';
import { requestText } from '../../support/sip-text.ts';
import { channelsOf } from '../../support/sound-length.ts';
import { openRawScene, SIP_PORT } from './raw-caller.ts';

const FRAME_MS = 20;
const FRAMES = 150;
/** What strangers throw in each of them. */
const EACH = 5;
/** What µ-law 0x80 is, which the caller says all the time. */
const SAID = 32_124;

const methods = ['INVITE', 'BYE', 'CANCEL', 'ACK', 'OPTIONS', 'INFO'];
const foreign = Buffer.alloc(172, 0x55);

it.each<[string, 'SIP' | 'RTP', (index: number) => Uint8Array]>([
  [
    'malformed SIP',
    'SIP',
    (index) =>
      mutate(Buffer.from(requestText(methods[index % methods.length] ?? '', { callId: `junk-${index}` })), index),
  ],
  [
    'malformed SDP',
    'SIP',
    (index) =>
      Buffer.from(
        requestText('INVITE', {
          callId: `junk-${index}`,
          branch: `z9hG4bKjunk${index}`,
          body: mutate(Buffer.from(SDP), index).toString('latin1'),
          fields: { 'Content-Type': 'application/sdp' },
        }),
        'latin1',
      ),
  ],
  [
    'RTP of strangers, whole and malformed',
    'RTP',
    (index) => {
      writeRtpHeader(foreign, 0, index % 7 === 0, 0, index, index * 160, 0x1234_5678);
      return index % 2 === 0 ? foreign : mutate(foreign, index);
    },
  ],
])('%s changes no sample and no moment of a call', async (_what, kind, made) => {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-junk-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  await writeFile(join(folder, 'tone.wav'), toneWav(440, 10_000));
  await using scene = await openRawScene({ mediaDirectory: folder });
  let calls = 0;
  scene.ua.onCall(async (channel) => {
    // Damaged as they are, some calls are good enough to come through.
    if (calls++ > 0) {
      await channel.reject('BUSY');
      return;
    }
    await channel.answer();
    await channel.filePlayer.start('tone.wav', { loop: true });
    await channel.fileRecorder.record('said.wav', { format: 'PCM16' });
  });
  const call = await scene.invite();
  call.acknowledge();
  await call.until('the prompt', () => call.heard.at(-1)?.silent === false);
  const before = call.heard.length;
  for (let frame = 0; frame < FRAMES; frame++) {
    call.voice();
    // The first ones belong to the caller alone, who is known by them.
    if (frame >= EACH)
      for (let one = 0; one < EACH; one++)
        scene.throwAt(kind === 'SIP' ? SIP_PORT : call.port, made(frame * EACH + one));
    await scene.clock.advance(FRAME_MS);
  }
  const heard = call.heard.slice(before);
  call.bye();
  await scene.clock.advance(60_000);
  expect(heard).toHaveLength(FRAMES);
  for (const [index, { at, silent }] of heard.entries()) {
    expect(Math.abs(at - (heard[0]?.at ?? 0) - index * FRAME_MS)).toBeLessThan(0.1);
    expect(silent).toBe(false);
  }
  const [samples] = channelsOf(await readFile(join(folder, 'said.wav'))).channels;
  const said = samples?.subarray(samples.indexOf(SAID));
  expect(said?.length).toBeGreaterThan(FRAMES * 160 - 1000);
  expect(new Set(said)).toEqual(new Set([SAID]));
});
