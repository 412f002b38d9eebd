import { describe, expect, it } from 'vitest';
import { decodeTable, PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { gainTable } from '../../../../src/media/codec/gain.codec.ts';
import { HeardSpans } from '../../../../src/media/core/heard-spans.state.ts';
import { frames, MediaRig, PLAN } from './media-rig.ts';

describe('speech of the far end', () => {
  it('ends what asks for that, and nothing else', () => {
    const rig = new MediaRig();
    const player = rig.media.play(1, { bargeInOnSpeech: true });
    player?.push(frames(10), PCMU);
    rig.tick(3);
    player?.speech();
    expect(rig.told).toEqual(['play 1 bargein 60']);
    const deaf = new MediaRig();
    deaf.media.play(1)?.push(frames(10), PCMU);
    deaf.tick(3);
    deaf.media.player(1)?.speech();
    expect(deaf.told).toEqual([]);
  });
});

describe('what a player tells of its audio', () => {
  it('is when it begins, stands still, or is not heard, and where', () => {
    const rig = new MediaRig();
    const player = rig.media.play(1);
    rig.tick();
    player?.push(frames(3), PCMU);
    rig.tick(5);
    player?.push(frames(4), PCMU);
    rig.tick(1);
    rig.media.configure({ ...PLAN, direction: 'recvonly' }, 'auto');
    rig.tick(2);
    rig.media.configure(PLAN, 'auto');
    rig.tick(1);
    expect(rig.moves).toEqual(['1 still at 480', '1 heard at 480', '1 unheard at 640', '1 heard at 960']);
    expect(player?.place).toEqual({ flow: 'heard', position: 1120, heard: 800, newFrom: 1120 });
  });

  it('is nothing while all goes well', () => {
    const rig = new MediaRig();
    rig.media.play(1)?.push(frames(50), PCMU);
    rig.tick(40);
    expect(rig.moves).toEqual([]);
  });
});

describe('a restart', () => {
  it('drops what waits and all that was said about the end', () => {
    const rig = new MediaRig();
    const player = rig.media.play(1);
    player?.push(frames(50), PCMU);
    player?.complete();
    rig.tick(2);
    player?.restart(80_000);
    rig.tick(2);
    expect(rig.told).toEqual([]);
    player?.push(frames(1, 99), PCMU);
    player?.complete();
    rig.tick(1);
    expect(rig.sent.map(({ payload }) => payload[0])).toEqual([1, 2, 0xff, 0xff, 99]);
    expect(rig.told).toEqual(['play 1 completed 60']);
  });
});

describe('a change of volume', () => {
  it.each([PCMU, PCMA] as const)('makes law %i as much louder as it says, and clips what is too loud', (law) => {
    const linear = decodeTable(law);
    for (const decibels of [-30, -6, 3, 20]) {
      const table = gainTable(law, decibels);
      for (let byte = 0; byte < 256; byte++) {
        const wanted = Math.max(-32_124, Math.min(32_124, (linear[byte] ?? 0) * 10 ** (decibels / 20)));
        const made = linear[table[byte] ?? 0] ?? 0;
        // Half a step of the law: a sixteenth of a segment, and 8 for the smallest.
        expect(Math.abs(made - wanted)).toBeLessThanOrEqual(Math.max(16, Math.abs(wanted) / 16));
      }
    }
    expect(gainTable(law, Number.NEGATIVE_INFINITY).every((byte) => Math.abs(linear[byte] ?? 99) <= 8)).toBe(true);
  });
});

describe('what was heard', () => {
  it('is counted once, whatever the order', () => {
    const heard = new HeardSpans();
    expect([heard.samples, heard.newFrom(5)]).toEqual([0, 5]);
    for (let at = 0; at < 1600; at += 160) heard.add(at, 160);
    expect([heard.samples, heard.newFrom(0), heard.newFrom(1600)]).toEqual([1600, 1600, 1600]);
    heard.add(4000, 160);
    heard.add(800, 160);
    expect([heard.samples, heard.newFrom(960), heard.newFrom(4100)]).toEqual([1760, 1600, 4160]);
    heard.add(1590, 20);
    expect(heard.samples).toBe(1770);
    heard.add(0, 5000);
    expect([heard.samples, heard.newFrom(100)]).toEqual([5000, 5000]);
  });
});
