import { describe, expect, it } from 'vitest';
import { State } from '../../src/channel/state.ts';
import { ToneManager } from '../../src/channel/tone/tone-manager.ts';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';

const MS = 400;

/** Two bursts of 100 ms with pauses of as much. */
function pips(): ToneManager {
  const tones = new ToneManager();
  tones.createTone([{ waves: [{ frequency: 1000, amplitude: 10 }], duration: 100 }, { duration: 100 }], 'PIPS', {
    repeat: 2,
  });
  return tones;
}

/** What a tone player does, as section 4 of the contract has it for everything that plays. */
export function describeTones(stage: Stage): void {
  describe('tonePlayer', () => {
    it('plays a tone to its end: NORMAL, after as long as it is', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const player = channel.createTonePlayer(pips());
      expect([player.state, player.cause, player.error]).toEqual(['IDLE', 'NONE', undefined]);
      const started = bearer.clock.now();
      expect(await bearer.settle(player.play('PIPS'))).toBe('NORMAL');
      expect(bearer.clock.now() - started).toBeGreaterThan(MS - 60);
      expect([player.state, player.cause]).toEqual(['IDLE', 'NORMAL']);
    });

    it('is heard as long as it sounds, and the pauses are silent', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const tones = new ToneManager();
      tones.createTone([{ waves: [{ frequency: 1000, amplitude: 10 }], duration: MS }], 'LONG', { repeat: 1 });
      const ear = await farEnd.listen();
      await bearer.settle(channel.createTonePlayer(tones).play('LONG'));
      await bearer.elapse(100);
      expect(Math.abs((await bearer.settle(ear.heardMs())) - MS)).toBeLessThanOrEqual(bearer.slack / 2);
    });

    it('plays the default tone when none is named, as often as it is told to', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const tones = pips();
      tones.setDefault('PIPS');
      const player = channel.createTonePlayer(tones);
      const started = bearer.clock.now();
      using watch = bearer.watch();
      expect(await bearer.settle(player.play(undefined, { repeat: 1 }))).toBe('NORMAL');
      expect(watch.elapsed()).toBeLessThan(MS / 2 + 60 + bearer.slack);
      expect(bearer.clock.now() - started).toBeGreaterThan(MS / 2 - 60);
    });

    it('goes on until it is stopped; start() returns at once and waitUntilFinished() joins it', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const player = channel.createTonePlayer(ToneManager.forCountry('DE'));
      expect(await bearer.settle(player.waitUntilFinished())).toBe('NONE');
      const playback = await bearer.settle(player.start('DIAL'));
      await bearer.elapse(1500);
      expect([player.state, player.cause, playback.state]).toEqual(['PLAYING', 'NONE', 'PLAYING']);
      const waiting = player.waitUntilFinished();
      expect(await bearer.settle(player.stop())).toBe(true);
      expect(await bearer.settle(waiting)).toBe('ABORTED');
      expect(await bearer.settle(player.stop())).toBe(true);
    });

    it('a key barges in, and is there to be read', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const playing = channel.createTonePlayer().play('RINGBACK', { bargeIn: '5' });
      await bearer.elapse(100);
      await farEnd.press('15');
      expect(await bearer.settle(playing)).toBe('BARGEIN');
      expect(await bearer.settle(channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 1000 }))).toBe('15');
    });

    it('{ timeout } ends it: TIMEOUT, and the next one plays', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const player = channel.createTonePlayer();
      expect(await bearer.settle(player.play('BUSY', { timeout: 100 }))).toBe('TIMEOUT');
      expect(await bearer.settle(player.play('BEEP'))).toBe('NORMAL');
    });

    it('the cause after a hang-up is HANGUP', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const player = channel.createTonePlayer();
      const playing = errorOf(player.play());
      await bearer.elapse(60);
      await farEnd.hangUp();
      expectHangup(await bearer.settle(playing));
      expect(player.cause).toBe('HANGUP');
    });

    it('a tone that there is not rejects with INVALID_ARGUMENT, and nothing is sent', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const ear = await farEnd.listen();
      const player = channel.createTonePlayer(ToneManager.forCountry('JP'));
      expectCode(await errorOf(player.play('CONGESTION')), 'INVALID_ARGUMENT');
      expect(player.state).toBe('IDLE');
      expect(await bearer.settle(ear.heardMs())).toBe(0);
    });

    it('createTonePlayer() throws for what is no tone manager', async () => {
      const { channel } = await stage.answered();
      expect(() => channel.createTonePlayer({} as never)).toThrow(/needs a ToneManager/);
    });
  });

  describe('ring({ tone })', () => {
    it('is ring-back of our own, until the answer', async () => {
      const { bearer } = stage;
      const { channel } = await bearer.incoming();
      expect(await bearer.settle(channel.ring({ earlyMedia: true, tone: 'RINGBACK_UK', duration: 300 }))).toBe(
        State.RING_INCOMING,
      );
      await bearer.settle(channel.answer());
      expect(await bearer.settle(channel.createTonePlayer().play('BEEP'))).toBe('NORMAL');
    });

    it("with { duration: 'ringtone' } plays a tone of the channel's manager once", async () => {
      const { bearer } = stage;
      const { channel } = await bearer.incoming();
      channel.createTonePlayer(pips());
      const started = bearer.clock.now();
      using watch = bearer.watch();
      await bearer.settle(channel.ring({ earlyMedia: true, tone: 'PIPS', duration: 'ringtone' }));
      expect(watch.elapsed()).toBeLessThan(MS - 60 + bearer.slack);
      expect(bearer.clock.now() - started).toBeGreaterThan(MS / 2 - 60);
    });
  });
}
