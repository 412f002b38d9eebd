import { describe, expect, it } from 'vitest';
import { type Channel, isHangup, State } from '../../../src/index.ts';
import { openScene, type Scene } from './scene.ts';

const LATENCY = 50;

/** How often a request was sent or a response came, in the journal of a network. */
function count({ network }: Scene, start: string): number {
  return network.journal.split('\n').filter((line) => line.includes(`"message":"${start}`)).length;
}

/** Both ends of an answered call. */
async function answered({ ivr, phone }: Scene): Promise<{ readonly caller: Channel; readonly callee: Channel }> {
  let callee: Channel | undefined;
  ivr.onCall(async (channel) => {
    callee = channel;
    await channel.answer();
    await channel.waitForIdle();
  });
  const caller = phone.channel();
  await caller.call(ivr.uri);
  await caller.sleep(500);
  if (!callee) throw new Error('the call did not arrive');
  return { caller, callee };
}

async function expectNothingLeft({ network, ivr, phone }: Scene): Promise<void> {
  await network.clock.runUntilIdle();
  expect([ivr.channels, phone.channels]).toEqual([[], []]);
  expect(network.clock.pending).toBe(0);
}

describe('a BYE that crosses a BYE', () => {
  it.each([0, 1, 49, 51, 99])('sent %d ms after the other ends the call for both at once', async (apart) => {
    await using scene = await openScene({ latency: LATENCY });
    const { caller, callee } = await answered(scene);
    const before = scene.network.clock.now();
    const first = caller.hangUp();
    await callee.sleep(apart).catch((error: unknown) => expect(isHangup(error)).toBe(true));
    await Promise.all([first, callee.hangUp()]);
    expect(scene.network.clock.now() - before).toBeLessThanOrEqual(3 * LATENCY + 10);
    expect(caller.info.hangup).toMatchObject({ by: 'local' });
    expect(callee.info.hangup).toMatchObject({ by: apart < LATENCY ? 'local' : 'remote' });
    expect(count(scene, 'BYE')).toBe(apart < LATENCY ? 2 : 1);
    await expectNothingLeft(scene);
  });
});

describe('a CANCEL against a 200', () => {
  // The INVITE arrives after 50 ms and is answered after 150; the 200 arrives after 200.
  const MOMENTS = Array.from({ length: 29 }, (_, index) => index * 10 + 5);

  it.each(MOMENTS)('sent after %d ms ends the call for both, whoever is first', async (moment) => {
    await using scene = await openScene({ latency: LATENCY });
    const { network, ivr, phone } = scene;
    const ends: unknown[] = [];
    ivr.onCall(async (channel) => {
      await channel.ring();
      await channel.sleep(100);
      await channel.answer();
      await channel.waitForIdle();
      ends.push(channel.info.hangup);
    });
    const channel = phone.channel();
    await channel.startCall(ivr.uri);
    await network.clock.advance(moment);
    await channel.hangUp();
    expect(channel.state).toBe(State.IDLE);
    expect(channel.info.hangup).toMatchObject({ by: 'local' });
    await expectNothingLeft(scene);
    // Whoever has sent the 200 is told by BYE, whatever has become of the CANCEL.
    const wasAnswered = count(scene, 'BYE') > 0;
    expect(count(scene, 'CANCEL') > 0).toBe(moment < 200);
    expect(wasAnswered).toBe(moment >= 100);
    expect(ends).toHaveLength(wasAnswered ? 1 : 0);
  });

  it.each([0, 0.1, 0.3])('is no different with a share of %d lost and much reordered', async (loss) => {
    await using scene = await openScene({ seed: 3, latency: 20, jitter: 100, reorder: 0.3, loss, duplicate: 0.2 });
    const { network, ivr, phone } = scene;
    ivr.onCall(async (channel) => {
      await channel.ring();
      await channel.sleep(100);
      await channel.answer();
      await channel.waitForIdle();
    });
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const channel = phone.channel();
        await channel.startCall(ivr.uri);
        await new Promise<void>((resolve) => void network.clock.schedule(network.clock.now() + index * 10, resolve));
        await channel.hangUp();
        expect(channel.state).toBe(State.IDLE);
      }),
    );
    await expectNothingLeft(scene);
  });
});
