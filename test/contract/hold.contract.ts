import { describe, expect, it } from 'vitest';
import { SIPInfo } from '../../src/channel/sip/sip-info.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, expectHangup, type Stage } from './laws.ts';
import { speakAloud } from './who-hears.ts';

/** Holding the far end, and being held. */
export function describeHolds(stage: Stage): void {
  describe('a call on hold', () => {
    it('goes ANSWERED, HOLDING, ON_HOLD, and back', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const states: string[] = [];
      channel.on('state', (state) => states.push(state));
      expect(await bearer.settle(channel.hold())).toBe(State.ON_HOLD);
      expect([farEnd.isHeld(), channel.info.mediaDirection]).toEqual([true, 'sendonly']);
      expect(await bearer.settle(channel.hold())).toBe(State.ON_HOLD);
      expect(await bearer.settle(channel.resume())).toBe(State.ANSWERED);
      expect([farEnd.isHeld(), channel.info.mediaDirection]).toEqual([false, 'sendrecv']);
      expect(await bearer.settle(channel.resume())).toBe(State.ANSWERED);
      expect(states).toEqual(['HOLDING', 'ON_HOLD', 'ANSWERED']);
    });

    it('may let no audio flow at all', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.hold({ inactive: true }));
      expect([farEnd.isHeld(), channel.info.mediaDirection]).toEqual([true, 'inactive']);
      await bearer.settle(channel.hold());
      expect(channel.info.mediaDirection).toBe('sendonly');
    });

    it('begins to play nothing but music, and hears and is heard again afterwards', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.hold());
      expectCode(await errorOf(channel.filePlayer.play(bearer.prompt.file)), 'INVALID_STATE');
      expectCode(await errorOf(channel.fileRecorder.record('new.wav')), 'INVALID_STATE');
      const music = await farEnd.listen();
      expect(await bearer.settle(channel.musicOnHold.start(bearer.longPrompt))).toBe(true);
      await bearer.elapse(600);
      await bearer.settle(channel.musicOnHold.stop());
      expect(await music.heardMs()).toBeGreaterThan(400);
      await bearer.settle(channel.resume());
      const ear = await farEnd.listen();
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      expect(await ear.heardMs()).toBeGreaterThan(bearer.prompt.ms - 60);
      await farEnd.press('5');
      expect(await bearer.settle(channel.dtmfDetector.getDigits())).toBe('5');
    });

    it('takes requests, and sends them', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.hold());
      expect(await bearer.settle(channel.sip.send(new SIPInfo('lamp=on')))).toBe(200);
      await farEnd.sendRequest(new SIPInfo('lamp=off'));
      expect(channel.sip.getInfos().map(({ body }) => body)).toEqual(['lamp=off']);
    });

    it('stays connected, and audio flows again afterwards', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const other = await bearer.second();
      await bearer.settle(channel.connect(other.channel));
      await bearer.settle(channel.hold());
      expect(channel.info.connectedId).toBe(other.channel.id);
      await bearer.settle(channel.resume());
      const ear = await farEnd.listen();
      await speakAloud(bearer, other.farEnd, 600);
      expect(await ear.heardMs()).toBeGreaterThan(400);
    });

    it('ends with the call', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.hold());
      const resuming = errorOf(channel.waitForIdle().then(() => channel.resume()));
      await farEnd.hangUp();
      expectHangup(await bearer.settle(resuming));
      expect(channel.state).toBe(State.IDLE);
    });
  });

  describe('a call that the far end holds', () => {
    it('is held until that takes it back; a prompt goes on unheard', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const events: boolean[] = [];
      channel.on('held', (isHeld) => events.push(isHeld));
      const playing = channel.filePlayer.play(bearer.prompt.file);
      await farEnd.hold();
      expect([channel.state, channel.info.isHeld, channel.info.mediaDirection]).toEqual(['ANSWERED', true, 'recvonly']);
      expect(await bearer.settle(playing)).toBe('NORMAL');
      await farEnd.resume();
      expect([channel.info.isHeld, channel.info.mediaDirection, events]).toEqual([false, 'sendrecv', [true, false]]);
    });

    it('can be held by this side too, also at the same moment, and each takes back its own', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const [state] = await bearer.settle(Promise.all([channel.hold(), farEnd.hold()]));
      expect(state).toBe(State.ON_HOLD);
      expect([channel.info.isHeld, farEnd.isHeld(), channel.info.mediaDirection]).toEqual([true, true, 'inactive']);
      expect(await bearer.settle(channel.resume())).toBe(State.ANSWERED);
      expect([channel.info.isHeld, channel.info.mediaDirection]).toEqual([true, 'recvonly']);
      await farEnd.resume();
      expect([channel.info.isHeld, channel.info.mediaDirection]).toEqual([false, 'sendrecv']);
    });
  });
}
