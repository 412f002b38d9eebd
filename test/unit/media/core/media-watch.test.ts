import { describe, expect, it } from 'vitest';
import { writeRtcp } from '../../../../src/media/rtp/rtcp.codec.ts';
import { frames, MediaRig, PLAN, REMOTE } from './media-rig.ts';

/** Ticks of a second. */
const SECOND = 50;

function watched(mediaTimeout = 10_000): MediaRig {
  const rig = new MediaRig();
  rig.media.answered(mediaTimeout, rig.now);
  return rig;
}

function silentAt(rig: MediaRig, seconds: number, before?: (index: number) => void): number | undefined {
  for (let tick = 0; tick < seconds * SECOND; tick++) {
    rig.tick(1, () => before?.(tick));
    if (rig.told.includes('silent 10000')) return tick / SECOND;
  }
  return undefined;
}

function report(rig: MediaRig): void {
  const packet = new Uint8Array(200);
  const length = writeRtcp(packet, { ssrc: 5, cname: 'far', sender: undefined, blocks: [], bye: undefined });
  rig.media.receiveRtcp(packet, length, REMOTE.address, REMOTE.rtcpPort, rig.now);
}

describe('a far end that has fallen silent', () => {
  it('is told of once, when the time is over', () => {
    const rig = watched();
    const at = silentAt(rig, 20);
    expect(at).toBeGreaterThanOrEqual(10);
    expect(at).toBeLessThan(10.5);
    rig.tick(30 * SECOND);
    expect(rig.told).toEqual(['silent 10000']);
  });

  it('counts from its last packet', () => {
    const at = silentAt(
      (() => {
        const rig = watched();
        rig.tick(5 * SECOND, () => rig.voice(frames(1)));
        return rig;
      })(),
      20,
    );
    expect(at).toBeGreaterThanOrEqual(9.7);
    expect(at).toBeLessThan(10.5);
  });

  it.each<[string, (rig: MediaRig) => void]>([
    ['audio', (rig) => rig.voice(frames(1))],
    ['a report', report],
    ['a key', (rig) => rig.key(5)],
    ['comfort noise that was not agreed', (rig) => rig.voice(new Uint8Array(1), { payloadType: 13 })],
  ])('is there as long as %s comes now and then', (_name, come) => {
    const rig = watched();
    const at = silentAt(rig, 60, (tick) => {
      if (tick % (9 * SECOND) === 0) come(rig);
    });
    expect(at).toBeUndefined();
  });

  it('is not there for packets of somebody else', () => {
    const rig = watched();
    rig.voice(frames(1));
    const at = silentAt(rig, 20, () => rig.voice(new Uint8Array(1), { payloadType: 13, port: 9 }));
    expect(at).toBeLessThan(11);
  });

  it('may be silent as long as it is held, and then for the whole time again', () => {
    const rig = watched();
    for (const held of [
      { ...PLAN, direction: 'sendonly' },
      { ...PLAN, direction: 'inactive' },
      { ...PLAN, remote: { ...REMOTE, address: '0.0.0.0' } },
    ] as const) {
      rig.media.configure(held, 'auto');
      expect(silentAt(rig, 30)).toBeUndefined();
    }
    rig.media.configure(PLAN, 'auto');
    expect(silentAt(rig, 30)).toBeGreaterThanOrEqual(9.7);
  });

  it('may be silent before the answer', () => {
    const rig = new MediaRig();
    rig.tick(60 * SECOND);
    rig.media.answered(10_000, rig.now);
    expect(silentAt(rig, 30)).toBeGreaterThanOrEqual(10);
  });
});

it('without a timeout nobody minds', () => {
  const rig = new MediaRig();
  rig.tick(600 * SECOND);
  expect(rig.told).toEqual([]);
});
