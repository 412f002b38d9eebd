import { describe, expect, it } from 'vitest';
import type { RecordRequest } from '../../../../src/channel/record-port.ts';
import { encodeG711, encodeUlaw, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { touchTones } from '../../../support/touch-tones.ts';
import { MediaRig, PLAN } from './media-rig.ts';

const RECORD: RecordRequest = {
  path: '/x.wav',
  format: 'PCM16',
  bargeIn: '',
  ifExists: 'overwrite',
  removeDigits: true,
};
const QUIET = new Uint8Array(160).fill(0xff);
const KEYS = '123A456B789C*0#D';

function say(rig: MediaRig, samples: Int16Array, before: (frame: number) => void = () => undefined): void {
  const bytes = new Uint8Array(samples.length);
  encodeG711(PCMU, samples, 0, bytes, 0, samples.length);
  rig.tick(Math.floor(samples.length / 160), (frame) => {
    before(frame);
    rig.voice(bytes.slice(frame * 160, (frame + 1) * 160));
  });
}

function samplesOf(bytes: Buffer, count = 1): readonly Int16Array[] {
  const length = bytes.length / (2 * count);
  return Array.from({ length: count }, (_, channel) =>
    Int16Array.from({ length }, (_, at) => bytes.readInt16LE(2 * (at * count + channel))),
  );
}

/** Milliseconds in which a recording goes beyond so much. */
function loudMs(samples: Int16Array, beyond = 200): number {
  return samples.filter((sample) => Math.abs(sample) > beyond).length / 8;
}

function recorded(rig: MediaRig, task = 1): Int16Array {
  rig.tick(15);
  rig.media.stop(task, 'stopped');
  return samplesOf(rig.recording(task))[0] as Int16Array;
}

/** A voice between the keys: 300 ms of 400 Hz, as loud as speech. */
function voice(ms: number): Int16Array {
  return Int16Array.from({ length: 8 * ms }, (_, at) => 6000 * Math.sin((2 * Math.PI * 400 * at) / 8000));
}

describe('keys that come as tones', () => {
  it.each([0, 3, 7, 11, 15, 19])('are gone to the last sample, wherever in a frame they begin: +%i ms', (lead) => {
    const rig = new MediaRig();
    rig.media.record(1, RECORD);
    say(rig, touchTones(KEYS, { onMs: 70, offMs: 80, leadMs: 100 + lead }));
    const samples = recorded(rig);
    expect(rig.digits).toBe(KEYS);
    expect(loudMs(samples)).toBe(0);
    expect(rig.told.at(-1)).toMatch(/^record 1 stopped \d+$/);
  });

  it('are gone when they are short, quiet or off their pitch, as far as they are keys at all', () => {
    for (const options of [
      { onMs: 40, offMs: 60 },
      { onMs: 50, lowLevel: -24, highLevel: -20 },
      { onMs: 60, lowOff: 0.014, highOff: -0.014 },
      { onMs: 60, lowLevel: -4, highLevel: -10 },
    ]) {
      for (let lead = 40; lead < 60; lead += 4) {
        const rig = new MediaRig();
        rig.media.record(1, RECORD);
        say(rig, touchTones('159D', { offMs: 80, ...options, leadMs: lead }));
        expect(rig.digits).toBe('159D');
        expect(loudMs(recorded(rig), 100)).toBeLessThan(1);
      }
    }
  });

  it('leave what is said between them, and the time, as they are', () => {
    const rig = new MediaRig();
    rig.media.record(1, RECORD);
    say(rig, voice(300));
    say(rig, touchTones('5', { onMs: 100, offMs: 100, leadMs: 100 }));
    say(rig, voice(300));
    const samples = recorded(rig);
    const loud = samples.findIndex((sample) => Math.abs(sample) > 1000);
    const again = samples.findIndex((sample, at) => at > loud + 8 * 400 && Math.abs(sample) > 1000);
    // 300 ms, and 320 of the key as whole frames.
    expect(Math.abs((again - loud) / 8 - 620)).toBeLessThan(3);
    expect(loudMs(samples, 1000)).toBeGreaterThan(500);
    const between = samples.subarray(loud + 8 * 330, loud + 8 * 590);
    expect(loudMs(between)).toBe(0);
    expect(rig.told.at(-1)).toMatch(/audio$/);
  });

  it('stay when nobody wants them out', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, removeDigits: false });
    say(rig, touchTones('5', { onMs: 100 }));
    expect(loudMs(recorded(rig), 1000)).toBeGreaterThan(50);
    expect(rig.told.at(-1)).toMatch(/audio$/);
  });

  it('are gone when a frame of them is lost and concealed', () => {
    const rig = new MediaRig();
    rig.media.record(1, RECORD);
    const samples = touchTones('5', { onMs: 160, leadMs: 200 });
    const bytes = new Uint8Array(samples.length);
    encodeG711(PCMU, samples, 0, bytes, 0, samples.length);
    rig.tick(samples.length / 160, (frame) => {
      if (frame === 14) {
        rig.sequence++;
        rig.timestamp += 160;
      } else rig.voice(bytes.slice(frame * 160, (frame + 1) * 160));
    });
    expect(loudMs(recorded(rig))).toBe(0);
    expect(rig.media.statistics().framesConcealed).toBeGreaterThan(0);
  });

  it('are gone when one of them ends the recording', () => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, bargeIn: '#' });
    say(rig, touchTones('#', { onMs: 100, leadMs: 110 }));
    expect(rig.told.filter((line) => line.startsWith('record'))).toEqual([expect.stringMatching(/^record 1 bargein/)]);
    expect(loudMs(samplesOf(rig.recording(1))[0] as Int16Array)).toBe(0);
  });

  it('are gone across the border of two pieces', () => {
    for (let lead = 1900; lead < 2080; lead += 10) {
      const rig = new MediaRig();
      rig.media.record(1, RECORD);
      say(rig, touchTones('7', { onMs: 80, leadMs: lead }));
      expect(loudMs(recorded(rig))).toBe(0);
    }
  });

  it.each(['PCMU', 'PCMA'] as const)('are gone from %s', (format) => {
    const rig = new MediaRig();
    rig.media.record(1, { ...RECORD, format });
    say(rig, touchTones('90', { onMs: 80, leadMs: 105 }));
    rig.tick(10);
    rig.media.stop(1, 'stopped');
    expect(new Set(rig.recording(1))).toEqual(new Set([format === 'PCMU' ? 0xff : 0xd5]));
  });

  it.each(['stereo', 'mixed'] as const)('are gone from the far end alone: %s', (channels) => {
    const rig = new MediaRig();
    const count = channels === 'stereo' ? 2 : 1;
    const own = new Uint8Array(160).fill(encodeUlaw(4000));
    rig.media.recordCall(1, { ...RECORD, channels });
    rig.media.echo(9);
    rig.media.stop(9, 'stopped');
    rig.media.play(2);
    const player = rig.media.player(2);
    for (let frame = 0; frame < 40; frame++) player?.push(own, PCMU);
    say(rig, touchTones('25', { onMs: 80, leadMs: 105 }));
    rig.tick(5);
    rig.media.stop(1, 'stopped');
    const sides = samplesOf(rig.recording(1), count);
    expect(rig.digits).toBe('25');
    const heard = sides[0] as Int16Array;
    const sent = sides.at(-1) as Int16Array;
    expect(new Set(sent.filter((sample) => sample !== 0)).size).toBe(1);
    expect(sent.filter((sample) => sample !== 0).length).toBeGreaterThan(8 * 300);
    if (channels === 'stereo') expect(loudMs(heard)).toBe(0);
  });
});

describe('keys that come as telephone-events', () => {
  /** A gateway that lets some of the tone through before it sends the event. */
  function leak(ms: number, offset: number): Int16Array {
    const samples = touchTones('5', { onMs: ms, leadMs: 100 + offset, offMs: 200 });
    const rig = new MediaRig(PLAN);
    rig.media.record(1, RECORD);
    const eventAt = Math.ceil((100 + offset + ms) / 20);
    say(rig, samples, (frame) => frame === eventAt && rig.key(5));
    expect(rig.digits).toBe('5');
    return recorded(rig);
  }

  it.each([10, 20, 30])('leave nothing of %i ms of tone before them', (ms) => {
    for (let offset = 0; offset < 20; offset += 4) expect(loudMs(leak(ms, offset))).toBeLessThan(4);
  });

  it('do not cut what is said', () => {
    const rig = new MediaRig();
    rig.media.record(1, RECORD);
    rig.tick(10, () => rig.voice(QUIET));
    say(rig, voice(1000), (frame) => frame === 25 && rig.key(5));
    expect(loudMs(recorded(rig), 1000)).toBeGreaterThan(850);
  });
});
