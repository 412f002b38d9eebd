import { expect, it } from 'vitest';
import { writeEvent } from '../../src/media/dtmf/event.codec.ts';
import { writeRtpHeader } from '../../src/media/rtp/packet.codec.ts';
import { writeRtcp } from '../../src/media/rtp/rtcp.codec.ts';
import { mutate } from '../support/mutate.ts';
import { MediaRig, PLAN, REMOTE } from '../unit/media/core/media-rig.ts';

const MUTATIONS = 100_000;

function rtp(payloadType: number, sequence: number, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  writeRtpHeader(packet, 0, false, payloadType, sequence & 0xffff, sequence * 160, 77);
  packet.set(payload, 12);
  return packet;
}

function event(sequence: number): Buffer {
  const payload = Buffer.alloc(4);
  writeEvent(payload, 0, sequence % 16, sequence % 3 === 0, 10, sequence % 1000);
  return rtp(101, sequence, payload);
}

function report(ssrc: number): Buffer {
  const target = Buffer.alloc(1500);
  const sender = { ntpSeconds: 1, ntpFraction: 2, rtpTimestamp: 3, packetCount: 4, octetCount: 5 };
  const block = {
    source: ssrc,
    fractionLost: 0,
    cumulativeLost: 0,
    highestSequence: 9,
    jitter: 1,
    lastSr: 7,
    delaySinceLastSr: 8,
  };
  return target.subarray(0, writeRtcp(target, { ssrc: 77, cname: 'far', sender, blocks: [block], bye: {} }));
}

it(`${MUTATIONS} damaged packets among good ones leave a recording, echoing call working`, () => {
  const rig = new MediaRig({ ...PLAN, rtcpMux: true });
  rig.media.record(1, { path: '/x', format: 'PCM16', bargeIn: '', ifExists: 'overwrite' });
  rig.media.echo(2);
  rig.tick(1);
  const ssrc = rig.sent[0]?.ssrc ?? 0;
  for (let seed = 0; seed < MUTATIONS; seed++) {
    const good = [rtp(0, seed, new Uint8Array(160)), rtp(8, seed, new Uint8Array(80)), event(seed), report(ssrc)][
      seed % 4
    ] as Buffer;
    const bytes = mutate(good, seed);
    rig.media.receiveRtp(bytes, bytes.length, REMOTE.address, REMOTE.rtpPort + (seed % 7 === 0 ? 2 : 0), rig.now);
    rig.media.receiveRtcp(bytes, bytes.length, REMOTE.address, REMOTE.rtcpPort, rig.now);
    if (seed % 5 === 0) rig.tick();
  }
  const { packetsReceived, framesConcealed, jitterMs, bufferMs } = rig.media.statistics();
  for (const value of [packetsReceived, framesConcealed, jitterMs, bufferMs]) expect(Number.isFinite(value)).toBe(true);
  expect(rig.sent.length).toBe(1 + MUTATIONS / 5);
  rig.media.stop(1, 'stopped');
  expect(rig.recording(1).length).toBe((1 + MUTATIONS / 5) * 320);
});
