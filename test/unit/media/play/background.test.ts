import { expect, it } from 'vitest';
import { audio, HandStream, PlayRig, samples } from './play-rig.ts';

it('music is heard while nothing else is, stands still meanwhile, and goes on by itself', async () => {
  await using rig = await PlayRig.open();
  const [music, prompt] = [audio(1000, 1), audio(300, 2)];
  const background = rig.session.playBackground({ sources: [samples(music)], bargeIn: '', loop: true });
  await background.started;
  await rig.pass(400);
  const playing = await rig.play([samples(prompt)]);
  await rig.pass(100);
  expect(background.progress()).toMatchObject({ positionMs: 400, heardMs: 400 });
  await rig.pass(200);
  await playing.finished;
  await rig.pass(800);
  const twice = Buffer.concat([music, music]);
  const expected = [music.subarray(0, 3200), prompt, twice.subarray(3200, 9600)];
  expect(rig.between.equals(Buffer.concat(expected))).toBe(true);
  expect(background.progress()).toMatchObject({
    positionMs: expect.closeTo(1200, -1),
    durationMs: Number.POSITIVE_INFINITY,
  });
  background.stop();
  expect(await background.finished).toMatchObject({ reason: 'stopped', playedMs: 1200 });
  await rig.pass(100);
  expect(rig.between).toHaveLength(1500 * 8);
});

it('music waits for digits and for an echo, and there is one at a time', async () => {
  await using rig = await PlayRig.open();
  const background = rig.session.playBackground({ sources: [samples(audio(60_000))], bargeIn: '' });
  await background.started;
  const second = rig.session.playBackground({ sources: [samples(audio(10))], bargeIn: '' });
  await expect(second.started).rejects.toMatchObject({ code: 'BUSY' });
  await rig.pass(100);
  const echo = rig.session.echo();
  await echo.started;
  await rig.pass(500);
  expect(background.progress().positionMs).toBe(100);
  echo.stop();
  await echo.finished;
  await rig.pass(100);
  expect(background.progress().positionMs).toBeCloseTo(200, -1);
  const digits = rig.session.sendDigits({ digits: '1', onMs: 100, offMs: 100, pauseMs: 500, volume: 10 });
  await digits.started;
  await rig.pass(100);
  const { positionMs } = background.progress();
  expect(positionMs).toBeCloseTo(200, -1);
  await rig.pass(1000);
  expect(background.progress().positionMs).toBeCloseTo(rig.sound.length / 8, -1);
  await rig.session.close();
  expect((await background.finished).reason).toBe('closed');
});

it('music from a stream is closed with the call', async () => {
  await using rig = await PlayRig.open();
  const stream = new HandStream();
  stream.give(audio(500));
  const background = rig.session.playBackground({ sources: [stream.source], bargeIn: '' });
  await background.started;
  await rig.pass(100);
  await rig.session.close();
  expect(await background.finished).toMatchObject({ reason: 'closed', heardMs: 100 });
  expect(stream.closes).toBe(1);
});
