import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPcm16 } from '../../../examples/demo/compare-audio.ts';
import type { Channel } from '../../../src/index.ts';
import { writeRtpHeader } from '../../../src/media/rtp/packet.codec.ts';
import { mutate } from '../../support/mutate.ts';
import { SDP, WITH_SDP } from '../../support/signaling-bench.ts';
import { requestText } from '../../support/sip-text.ts';
import { sizeOf } from '../../support/size-of.ts';
import { strongestTone } from '../../support/tone.ts';
import { until } from '../../support/until.ts';
import { setScene } from './scene.ts';

const scene = setScene();
const MESSAGES = 2_000;
/** Sent between two looks at the loop, so that the kernel's buffer does not overflow. */
const BURST = 50;
/** Of the prompt beep.wav in the folders of the scene. */
const BEEP_HZ = 400;
/** So much of it comes in one piece whatever the machine does meanwhile. */
const PIECE_MS = 100;

let enemy: Socket;
beforeAll(async () => {
  enemy = createSocket('udp4');
  enemy.bind(0, '127.0.0.1');
  await once(enemy, 'listening');
});
afterAll(async () => {
  enemy.close();
  await once(enemy, 'close');
});

async function throwAll(port: number, made: (index: number) => Uint8Array): Promise<void> {
  for (let index = 0; index < MESSAGES; index++) {
    enemy.send(made(index), port, '127.0.0.1');
    if (index % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Records at the other end while `attack` goes on: no packet is lost, the call stays up and the steady tone is there. For what share of the
 * time is up to the machine; that none of it is disturbed is proved in virtual time, by test/integration/network/junk.test.ts.
 */
async function callThrough(attack: (channel: Channel) => Promise<void>): Promise<void> {
  const channel = await scene.answered();
  // Damaged as they are, some calls are good enough to come through.
  scene.tested.ua.onCall((damaged) => damaged.reject('BUSY'));
  await channel.filePlayer.start('beep.wav', { loop: true });
  const recording = join(scene.other.folder, 'attacked.wav');
  const caller = scene.other.ua.channels.find((each) => each.info.callId === channel.info.callId);
  if (!caller) throw new Error('the other end of the call is not there');
  await until('the tone', async () => (await caller.mediaStatistics()).levelReceived > -30);
  await caller.fileRecorder.start('attacked.wav');
  await attack(channel);
  const during = await sizeOf(recording);
  await until('half a second more', async () => (await sizeOf(recording)) > during + 8_000);
  await caller.fileRecorder.stop();
  expect([channel.state, caller.state]).toEqual(['ANSWERED', 'ANSWERED']);
  expect(await caller.mediaStatistics()).toMatchObject({ packetsLost: 0, packetsDiscarded: 0 });
  const { samples, rate } = await readPcm16(recording);
  await unlink(recording);
  await channel.hangUp();
  expect(samples.length).toBeGreaterThan(rate / 2);
  expect(strongestTone(samples, rate, BEEP_HZ, PIECE_MS)).toBeGreaterThan(0.98);
}

describe('in the middle of a call', () => {
  it('malformed SIP by UDP disturbs nothing', async () => {
    const methods = ['INVITE', 'BYE', 'CANCEL', 'ACK', 'OPTIONS', 'INFO'];
    await callThrough(() =>
      throwAll(scene.tested.ua.port, (index) =>
        mutate(Buffer.from(requestText(methods[index % methods.length] ?? '', { callId: `junk-${index}` })), index),
      ),
    );
  });

  it('malformed SIP by TCP disturbs nothing', async () => {
    await callThrough(async () => {
      for (let index = 0; index < 100; index++) {
        const socket = connect(scene.tested.ua.port, '127.0.0.1');
        // The connection may be closed in its face.
        socket.on('error', () => undefined);
        socket.end(mutate(Buffer.from(requestText('OPTIONS', { callId: `junk-${index}` })), index));
        socket.resume();
        await once(socket, 'close');
      }
    });
  });

  it('malformed SDP disturbs nothing', async () => {
    await callThrough((channel) =>
      throwAll(scene.tested.ua.port, (index) => {
        const body = mutate(Buffer.from(SDP), index).toString('latin1');
        // Half of them are for the call that is up, as a re-INVITE of somebody who has guessed its Call-ID would be.
        const callId = index % 2 === 0 ? channel.info.callId : `junk-${index}`;
        const toTag = index % 2 === 0 ? 'guess' : undefined;
        const branch = `z9hG4bKjunk${index}`;
        return Buffer.from(
          requestText('INVITE', { callId, branch, body, fields: WITH_SDP, ...(toTag && { toTag }) }),
          'latin1',
        );
      }),
    );
  });

  it('malformed RTP and RTCP, and RTP of strangers, disturbs nothing', async () => {
    const { min, max } = scene.rtpPorts;
    const good = Buffer.alloc(172, 0x55);
    await callThrough(async () => {
      for (let port = min; port <= max; port++) {
        await throwAll(port, (index) => {
          writeRtpHeader(good, 0, index % 7 === 0, 0, index, index * 160, 0x1234_5678);
          return index % 2 === 0 ? good : mutate(good, index);
        });
      }
    });
  });
});
