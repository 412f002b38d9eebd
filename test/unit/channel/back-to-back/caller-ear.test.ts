import { describe, expect, it } from 'vitest';
import type { ConnectCalleeOptions } from '../../../../src/channel/back-to-back/callee-options.ts';
import { State } from '../../../../src/channel/state.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import type { FakeLeg } from '../../../../src/testing/fake/fake-leg.ts';
import { call, errorOf, type Scene } from '../scene.ts';

const A = 'sip:a@192.0.2.9';
const B = 'sip:b@192.0.2.9';

async function seek(scene: Scene, to: readonly (string | readonly string[])[], options: ConnectCalleeOptions = {}) {
  const result = scene.channel.connectCallee(to, options);
  await settled();
  return { ...scene, result, dialed: scene.network.signaling.dialed };
}

/** For how many milliseconds the far end of one leg hears that of another who speaks now. */
async function heardMs({ network }: Scene, speaker: FakeLeg | undefined, listener: FakeLeg): Promise<number> {
  const since = network.clock.now();
  if (speaker) network.media.sessionOf(speaker)?.speak(300);
  await network.elapse(400);
  return network.media.sessionOf(listener)?.linkedMs(since) ?? 0;
}

describe('what the caller hears before the answer', () => {
  it('is told once that it rings, whoever rings', async () => {
    const scene = await seek(call(), [[A, B]]);
    expect(scene.leg.sent).toEqual([]);
    for (const leg of scene.dialed) for (const status of [180, 182, 180]) leg.progress(status);
    await settled();
    expect([scene.leg.sent, scene.channel.state]).toEqual([['ring'], State.RING_INCOMING]);
  });

  it('is the early media of the first who has some, both ways, until that one fails', async () => {
    const scene = await seek(call(), [[A, B]]);
    const [a, b] = scene.dialed;
    a?.progress(180);
    b?.progress(183, true);
    a?.progress(183, true);
    await settled();
    expect(scene.leg.sent).toEqual(['ring', 'early media']);
    expect(await heardMs(scene, b, scene.leg)).toBe(300);
    if (b) expect(await heardMs(scene, scene.leg, b)).toBe(300);
    expect(await heardMs(scene, a, scene.leg)).toBe(0);
    b?.refuse(486);
    await settled();
    a?.progress(183, true);
    await settled();
    expect(await heardMs(scene, a, scene.leg)).toBe(300);
    a?.accept();
    expect((await scene.result).state).toBe(State.ANSWERED);
    expect(await heardMs(scene, a, scene.leg)).toBe(300);
  });

  it('is the ringtone of the program until there is early media', async () => {
    const scene = call();
    await scene.channel.ring({ earlyMedia: true, ringtone: 'tone.wav', loop: true });
    const { dialed, result } = await seek(scene, [A]);
    dialed[0]?.progress(180);
    await settled();
    expect(scene.leg.sent).toEqual(['early media']);
    const played = () => scene.network.media.sessionOf(scene.leg)?.heard();
    const playing = played()?.length;
    dialed[0]?.progress(183, true);
    await settled();
    expect(await heardMs(scene, dialed[0], scene.leg)).toBe(300);
    expect(played()?.length).toBe(playing);
    dialed[0]?.accept();
    expect((await result).state).toBe(State.ANSWERED);
  });

  it('is a ring-back tone for one who is answered already, and music when that is not wanted', async () => {
    for (const [options, tones] of [
      [{}, ['RINGBACK']],
      [{ ringbackTone: 'RINGBACK_UK' }, ['RINGBACK_UK']],
      [{ ringbackTone: false }, []],
    ] as const) {
      const scene = call();
      await scene.channel.answer();
      const { dialed, result } = await seek(scene, [A], options);
      dialed[0]?.progress(180);
      await scene.network.elapse(3000);
      dialed[0]?.accept();
      expect((await result).callee).toBeDefined();
      expect(await heardMs(scene, dialed[0], scene.leg)).toBe(300);
      expect(
        scene.network.media
          .sessionOf(scene.leg)
          ?.heard()
          .map(({ file }) => file),
      ).toEqual(tones);
    }
  });

  it('is the early media for one who is answered already', async () => {
    const scene = call();
    await scene.channel.answer();
    const { dialed, result } = await seek(scene, [A]);
    dialed[0]?.progress(180);
    await scene.network.elapse(500);
    dialed[0]?.progress(183, true);
    expect(await heardMs(scene, dialed[0], scene.leg)).toBe(300);
    expect(await errorOf(scene.channel.filePlayer.play('tone.wav'))).toMatchObject({ code: 'BUSY' });
    dialed[0]?.refuse(404);
    expect(await result).toMatchObject({ state: State.ANSWERED, cause: 'UNOBTAINABLE', status: 404 });
    expect(scene.leg.sent).toEqual(['answer']);
    await scene.channel.filePlayer.start('tone.wav');
  });

  it('is nothing for one who has offered no audio to describe', async () => {
    const scene = await seek(call({ codecs: 'none' }), [A]);
    scene.dialed[0]?.progress(183, true);
    await settled();
    expect(scene.leg.sent).toEqual(['ring']);
  });
});

describe('a callee who has to confirm', () => {
  const confirm = { media: 'tone.wav', digit: '1#', timeout: 5000 };

  it('hears the prompt and is connected by the key', async () => {
    const scene = await seek(call(), [A], { confirm });
    const [a] = scene.dialed;
    a?.accept();
    await scene.network.elapse(500);
    expect([scene.leg.sent, scene.channel.otherLeg]).toEqual([[], undefined]);
    if (a) scene.network.media.sessionOf(a)?.press('#', 'RFC4733');
    const { callee } = await scene.result;
    expect(callee?.state).toBe(State.ANSWERED);
    expect(a && scene.network.media.sessionOf(a)?.heard()).toMatchObject([{ file: 'tone.wav' }]);
  });

  it.each(['2', ''])('is hung up on after %j, and the next one is tried', async (key) => {
    const scene = await seek(call(), [A, B], { confirm });
    const [a] = scene.dialed;
    a?.accept();
    await scene.network.elapse(500);
    if (a && key) scene.network.media.sessionOf(a)?.press(key, 'RFC4733');
    await scene.network.elapse(5600);
    expect([a?.isOver, scene.dialed.length]).toEqual([true, 2]);
    scene.dialed[1]?.refuse(486);
    expect(await scene.result).toMatchObject({ cause: 'BUSY', status: 486 });
  });

  it('counts as nobody when it was the last', async () => {
    const scene = await seek(call(), [A], { confirm });
    scene.dialed[0]?.accept();
    await scene.network.elapse(6100);
    expect(await scene.result).toMatchObject({ cause: 'NOANSWER', status: 480 });
    expect(scene.leg.released?.status).toBe(480);
  });

  it('does not keep the others from answering', async () => {
    const scene = await seek(call(), [[A, B]], { confirm });
    const [a, b] = scene.dialed;
    a?.accept();
    b?.accept();
    await scene.network.elapse(500);
    if (b) scene.network.media.sessionOf(b)?.press('1', 'RFC4733');
    expect((await scene.result).callee?.info.to).toBe(B);
    expect(a?.isOver).toBe(true);
  });

  it('is hung up on when the prompt cannot be played, and so says the method', async () => {
    const scene = call();
    const result = scene.channel.connectCallee([[A, B]], { confirm: { media: 'none.wav' } });
    result.catch(() => undefined);
    await settled();
    const [a, b] = scene.network.signaling.dialed;
    b?.progress(180);
    a?.accept();
    await expect(result).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await settled();
    expect(scene.network.signaling.dialed.map(({ isOver }) => isOver)).toEqual([true, true]);
    expect(scene.channel.state).toBe(State.RING_INCOMING);
  });
});
