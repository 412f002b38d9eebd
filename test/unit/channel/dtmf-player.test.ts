import { describe, expect, it } from 'vitest';
import { fakeDescription } from '../../../src/testing/fake/fake-description.ts';
import { answeredCall, errorOf, type Scene } from './scene.ts';

/** A call whose far end offers, in the middle of it, audio without telephone-events. */
async function withoutEvents(): Promise<Scene> {
  const scene = await answeredCall();
  const offer = fakeDescription(['PCMU'], 'sendrecv', 2);
  const media = offer.media.map((line) => ({
    ...line,
    payloads: line.payloads.filter(({ encoding }) => encoding !== 'telephone-event'),
  }));
  await scene.leg.reoffer({ ...offer, media });
  return scene;
}

/** What the media is told to do while digits are played. */
async function begun(scene: Scene, playing: (scene: Scene) => Promise<unknown>): Promise<readonly string[]> {
  const steps: string[] = [];
  const session = scene.network.media.sessions.at(-1);
  if (!session) throw new Error('there is no media');
  session.onBegin = (step, detail) => steps.push(`${step} ${detail}`);
  const done = playing(scene);
  await scene.network.clock.advance(2000);
  await done;
  return steps;
}

describe('how digits go by default', () => {
  it('as events when the far end takes them', async () => {
    const scene = await answeredCall();
    expect(await begun(scene, ({ channel }) => channel.dtmfPlayer.play('12'))).toEqual(['digits 12']);
  });

  it('as tones when it does not', async () => {
    const scene = await withoutEvents();
    const steps = await begun(scene, ({ channel }) => channel.dtmfPlayer.play('12'));
    expect(steps).toContain('play digits:12');
    expect(scene.network.media.sessions.at(-1)?.sentDigits).toBe('12');
  });

  it('events that are asked for are refused when the far end takes none, and nothing is taken up', async () => {
    const { channel, network } = await withoutEvents();
    expect(await errorOf(channel.dtmfPlayer.play('1', { method: 'RFC4733' }))).toMatchObject({ code: 'INVALID_STATE' });
    const playing = channel.dtmfPlayer.play('1', { method: 'INBAND' });
    await network.clock.advance(1000);
    expect(await playing).toBe('NORMAL');
  });
});

it('an INFO that is refused rejects; a later one resolves with ERROR', async () => {
  const { channel, network, leg } = await answeredCall();
  leg.requestStatus = 415;
  expect(await errorOf(channel.dtmfPlayer.play('12', { method: 'INFO' }))).toMatchObject({ code: 'INVALID_STATE' });
  expect([channel.dtmfPlayer.state, channel.dtmfPlayer.cause]).toEqual(['ERROR', 'ERROR']);
  leg.requestStatus = 200;
  const playing = channel.dtmfPlayer.play('12', { method: 'INFO' });
  await network.clock.advance(50);
  leg.requestStatus = 500;
  await network.clock.advance(1000);
  expect(await playing).toBe('ERROR');
  expect(channel.dtmfPlayer.error).toMatchObject({ code: 'INVALID_STATE' });
});
