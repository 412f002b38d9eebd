import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { type Heard, heardOf, rawOffer } from '../../integration/media/raw-audio.ts';
import { MemoryPacketIo } from '../../support/memory-packet-io.ts';
import { StallingClock } from '../../support/stalling-clock.ts';

const FRAME_MS = 20;
const FRAME = 160;
/** After a stall so many packets are sent at once; what came before them is left out. */
const BURST = 3;
const FAR = { address: '192.0.2.9', port: 4000 };

async function send(times: (clock: StallingClock) => void): Promise<Heard[]> {
  const clock = new StallingClock();
  const io = new MemoryPacketIo();
  const heard: Heard[] = [];
  await io.open(FAR.address, FAR.port, {
    receiveRtp(packet) {
      const one = heardOf(packet, clock.now());
      if (one) heard.push(one);
    },
    receiveRtcp: () => undefined,
  });
  const rtpPorts = { min: 20_000, max: 20_009 };
  const media = await Media.start({ clock, logger: silentLogger, rtpPorts, inline: { io, random: () => 0.5 } });
  const session = await media.open({ address: '192.0.2.1', codecs: ['PCMU'] });
  session.answer(rawOffer(FAR.address, FAR.port));
  times(clock);
  await media.close();
  return heard;
}

/** Frames that stand between a packet and the one before it. */
function gaps(heard: readonly Heard[]): number[] {
  return heard.slice(1).map(({ timestamp }, index) => (timestamp - (heard[index]?.timestamp ?? 0)) / FRAME - 1);
}

it('nothing is left out while nothing stalls', async () => {
  const heard = await send((clock) => clock.advance(2000));
  expect(heard).toHaveLength(2000 / FRAME_MS);
  expect(new Set(gaps(heard))).toEqual(new Set([0]));
  for (const [index, { at }] of heard.entries()) expect(at).toBe((heard[0]?.at ?? 0) + index * FRAME_MS);
});

it.each([
  [FRAME_MS, 0],
  [2 * FRAME_MS, 0],
  [3 * FRAME_MS, 1],
  [150, 5],
  [1000, 48],
])(
  'a stall of %d ms leaves %d frames out, in one piece, with the marker, and the timestamp goes with time',
  async (ms, out) => {
    const heard = await send((clock) => {
      clock.advance(500);
      clock.stall(ms);
      clock.advance(500);
    });
    for (const [index, { sequence, ssrc }] of heard.entries()) {
      expect(ssrc).toBe(heard[0]?.ssrc);
      expect(sequence).toBe(((heard[0]?.sequence ?? 0) + index) & 0xffff);
    }
    expect(gaps(heard).filter((gap) => gap > 0)).toEqual(out === 0 ? [] : [out]);
    expect(heard.filter(({ marker }, index) => marker && index > 0)).toHaveLength(out === 0 ? 0 : 1);
    // Those that it is not too late for come at once.
    const burst = heard.filter(({ at }, index) => at === heard[index - 1]?.at || at === heard[index + 1]?.at);
    expect(burst.length).toBe(Math.min(BURST, Math.floor(ms / FRAME_MS) + 1));
    const [first, last] = [heard[0], heard.at(-1)];
    if (!first || !last) throw new Error('nothing was sent');
    // Late by less than a packet, when a stall ended between two.
    expect(Math.abs((last.timestamp - first.timestamp) / 8 - (last.at - first.at))).toBeLessThan(FRAME_MS);
  },
);
