import { describe, expect, it } from 'vitest';
import { takesNoAudio } from '../../../../src/holding.codec.ts';
import type { MediaDirection, SessionDescription } from '../../../../src/media-description.ts';
import { fakeDescription } from '../../../../src/testing/fake/fake-description.ts';
import { answeredCall, type Scene } from '../scene.ts';

const DIRECTIONS: readonly MediaDirection[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** A description of the far end with one line of audio. */
function described(direction: MediaDirection, address = '192.0.2.2'): SessionDescription {
  const plain = fakeDescription(['PCMU'], direction, 2);
  const connection = { family: address.includes(':') ? 6 : 4, address } as const;
  return { ...plain, media: plain.media.map((line) => ({ ...line, connection })) };
}

/** What this side is while it wants `ours` and the far end offers `theirs` (RFC 3264 §6.1). */
const AGREED: Readonly<Record<'sendrecv' | 'sendonly' | 'inactive', Readonly<Record<MediaDirection, MediaDirection>>>> =
  {
    sendrecv: { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' },
    sendonly: { sendrecv: 'sendonly', sendonly: 'inactive', recvonly: 'sendonly', inactive: 'inactive' },
    inactive: { sendrecv: 'inactive', sendonly: 'inactive', recvonly: 'inactive', inactive: 'inactive' },
  };

async function holdWith({ channel, network }: Scene, ours: keyof typeof AGREED): Promise<void> {
  if (ours === 'sendrecv') return;
  const holding = channel.hold({ inactive: ours === 'inactive' });
  await network.elapse(0);
  await holding;
}

describe('an offer of the far end in the middle of a call', () => {
  for (const ours of ['sendrecv', 'sendonly', 'inactive'] as const) {
    for (const theirs of DIRECTIONS) {
      it(`that says ${theirs} while this side wants ${ours}`, async () => {
        const scene = await answeredCall();
        const { channel, leg } = scene;
        const events: boolean[] = [];
        channel.on('held', (isHeld) => events.push(isHeld));
        await holdWith(scene, ours);
        const answer = await leg.reoffer(described(theirs));
        const isHeld = theirs === 'sendonly' || theirs === 'inactive';
        expect(answer).toMatchObject({ media: [{ direction: AGREED[ours][theirs] }] });
        expect([channel.info.mediaDirection, channel.info.isHeld]).toEqual([AGREED[ours][theirs], isHeld]);
        expect(events).toEqual(isHeld ? [true] : []);
        expect(channel.state).toBe(ours === 'sendrecv' ? 'ANSWERED' : 'ON_HOLD');
        await leg.reoffer(described('sendrecv'));
        expect(events).toEqual(isHeld ? [true, false] : []);
      });
    }
  }

  it.each(['0.0.0.0', '::', '0:0:0:0:0:0:0:0', 'nobody.invalid'])(
    'that holds in the old way, by %s',
    async (address) => {
      const { channel, leg } = await answeredCall();
      const events: boolean[] = [];
      channel.on('held', (isHeld) => events.push(isHeld));
      await leg.reoffer(described('sendrecv', address));
      await leg.reoffer(described('sendrecv', address));
      expect([channel.info.isHeld, events]).toEqual([true, [true]]);
      await leg.reoffer(described('sendrecv'));
      expect([channel.info.isHeld, events]).toEqual([false, [true, false]]);
    },
  );

  it('that is refused changes nothing', async () => {
    const { channel, leg } = await answeredCall();
    expect(await leg.reoffer(fakeDescription(['G729'], 'sendonly', 2))).toBe(488);
    expect(channel.info.isHeld).toBe(false);
  });

  it('without a description is answered by ours, and its answer counts', async () => {
    const { channel, leg } = await answeredCall();
    await leg.reoffer(undefined);
    leg.lateAnswered(described('sendonly'));
    expect(channel.info.isHeld).toBe(true);
    await leg.reoffer(undefined);
    leg.lateAnswered(described('sendrecv'));
    expect(channel.info.isHeld).toBe(false);
  });
});

describe('a call that begins held', () => {
  it('is held from the answer on, told after the state', async () => {
    const { channel, leg } = await answeredCall();
    expect([channel.info.isHeld, leg.isAnswered]).toEqual([false, true]);
    const held = await answeredCall({ direction: 'sendonly' });
    expect(held.channel.info.isHeld).toBe(true);
  });
});

describe('what a description says of its sender', () => {
  it.each([
    ['sendrecv', '192.0.2.2', false],
    ['recvonly', '192.0.2.2', false],
    ['sendonly', '192.0.2.2', true],
    ['inactive', '192.0.2.2', true],
    ['sendrecv', '0.0.0.0', true],
    ['recvonly', '0.0.0.0', true],
    ['sendrecv', '::', true],
    ['sendrecv', '2001:db8::', false],
  ] as const)('%s at %s: takes no audio is %s', (direction, address, expected) => {
    expect(takesNoAudio(described(direction, address))).toBe(expected);
  });

  it('is nothing about refused lines and lines of other kinds', () => {
    const { media, ...rest } = described('inactive');
    const [line] = media;
    if (!line) throw new Error('no line');
    expect(takesNoAudio({ ...rest, media: [{ ...line, port: 0 }] })).toBe(false);
    expect(takesNoAudio({ ...rest, media: [{ ...line, kind: 'video' }] })).toBe(false);
    expect(
      takesNoAudio({
        ...rest,
        media: [
          { ...line, kind: 'video' },
          { ...line, direction: 'sendrecv' },
        ],
      }),
    ).toBe(false);
  });
});
