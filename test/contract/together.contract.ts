import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectCode, outcomeOf, type Stage } from './laws.ts';
import { METHODS, type MethodName, methods } from './methods.ts';

/** What sends: one at a time. */
const SENDERS: readonly MethodName[] = [
  'filePlayer.play',
  'filePlayer.start',
  'filePlayer.say',
  'echo',
  'dtmfPlayer.play',
  'tonePlayer.play',
  'tonePlayer.start',
];
const RECORDERS: readonly MethodName[] = ['fileRecorder.record', 'fileRecorder.start'];
const CALL_RECORDERS: readonly MethodName[] = ['wholeCallRecorder.record', 'wholeCallRecorder.start'];
const COLLECTORS: readonly MethodName[] = ['dtmfDetector.getDigits'];
/** What waits and uses nothing up. */
const WAITERS: readonly MethodName[] = ['sleep', 'waitForIdle'];
const GROUPS = {
  sends: SENDERS,
  records: RECORDERS,
  'records both sides': CALL_RECORDERS,
  'collects digits': COLLECTORS,
};

/** Section 3 of the contract: what may run together on an answered call, and what is busy. */
export function describeTogether(stage: Stage): void {
  describe('what may run together', () => {
    for (const [does, names] of Object.entries(GROUPS)) {
      for (const first of names) {
        it(`while ${first}() ${does}, ${names.join('(), ')}() reject with BUSY, and it goes on`, async () => {
          const { bearer } = stage;
          const { channel } = await stage.answered();
          const abort = new AbortController();
          const running = outcomeOf(METHODS[first].run(channel, { signal: abort.signal }, bearer));
          // At once, when the first has only been called, and when it runs.
          for (const wait of [0, 60]) {
            if (wait > 0) await bearer.elapse(wait);
            const before = states(channel);
            for (const second of names) {
              expectCode(await errorOf(METHODS[second].run(channel, {}, bearer)), 'BUSY');
            }
            expect(states(channel)).toEqual(before);
          }
          if (!METHODS[first].isLong) {
            expect(await bearer.settle(running)).toEqual({ value: expect.anything() });
            return;
          }
          abort.abort('over');
          expect(await bearer.settle(running)).toEqual({ error: 'over' });
        });
      }
    }

    for (const sender of SENDERS.filter((name) => METHODS[name].isLong)) {
      it(`while ${sender}() sends, recording, collecting and waiting go on beside it`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.answered();
        const abort = new AbortController();
        const together = [sender, ...RECORDERS.slice(0, 1), ...CALL_RECORDERS.slice(0, 1), ...COLLECTORS, ...WAITERS];
        const ended: string[] = [];
        const running = together.map((name) =>
          outcomeOf(METHODS[name].run(channel, { signal: abort.signal }, bearer)).finally(() => ended.push(name)),
        );
        await bearer.elapse(80);
        expect(ended).toEqual([]);
        abort.abort('over');
        const outcomes = await bearer.settle(Promise.all(running));
        expect(outcomes).toEqual(together.map(() => ({ error: 'over' })));
        expect(channel.state).toBe(State.ANSWERED);
      });
    }

    for (const [name, method] of methods(({ isLong, scene }) => isLong && scene === 'answered')) {
      it(`once ${name}() has settled, it can be called again at once`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        for (let again = 0; again < 3; again++) {
          const abort = new AbortController();
          let isOver = false;
          const pending = outcomeOf(method.run(channel, { signal: abort.signal }, bearer)).finally(() => {
            isOver = true;
          });
          await bearer.elapse(10);
          expect(isOver).toBe(false);
          abort.abort('again');
          expect(await bearer.settle(pending)).toEqual({ error: 'again' });
        }
      });
    }

    for (const [name, method] of methods(
      ({ timedOut, needsAnswer }) => timedOut !== undefined && needsAnswer === true,
    )) {
      it(`once ${name}() has timed out, it can be called again at once`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        for (let again = 0; again < 3; again++) {
          const outcome = await bearer.settle(outcomeOf(method.run(channel, { timeout: 20 }, bearer)));
          if (method.timedOut === 'rejects') expect(outcome).toMatchObject({ error: { code: 'TIMEOUT' } });
          else expect(outcome).toEqual({ value: method.timedOut?.with });
        }
      });
    }

    it('once a prompt has been stopped, the next one can be played in the same turn', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const playing = channel.filePlayer.play(bearer.longPrompt);
      await bearer.elapse(40);
      const next = channel.filePlayer.stop().then(() => channel.filePlayer.play(bearer.prompt.file));
      expect(await bearer.settle(playing)).toBe('ABORTED');
      expect(await bearer.settle(next)).toBe('NORMAL');
    });

    it('two plays in one go: the second is BUSY, the first plays', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const first = channel.filePlayer.play(bearer.prompt.file);
      expectCode(await errorOf(channel.filePlayer.play(bearer.prompt.file)), 'BUSY');
      expect(await bearer.settle(first)).toBe('NORMAL');
    });

    it('a name that is outside, or an argument that is bad, takes nothing', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      await errorOf(channel.filePlayer.play('../outside.wav'));
      await errorOf(channel.dtmfPlayer.play('x'));
      await errorOf(channel.fileRecorder.record('../outside.wav'));
      await errorOf(channel.dtmfDetector.getDigits({ count: -1 }));
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file, { timeout: 20 }))).toBe('TIMEOUT');
      expect(await bearer.settle(channel.fileRecorder.record('new.wav', { timeout: 20 }))).toBe('TIMEOUT');
      expect(await channel.dtmfDetector.getDigits()).toBe('');
    });

    it('several waits of one kind run side by side, and each ends for itself', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.filePlayer.start(bearer.prompt.file));
      const all = Promise.all([
        channel.sleep(20),
        channel.sleep(60),
        errorOf(channel.waitForIdle({ timeout: 40 })),
        channel.filePlayer.waitUntilFinished(),
        channel.filePlayer.waitUntilFinished(),
        errorOf(channel.filePlayer.waitUntilFinished({ timeout: 30 })),
      ]);
      const idle = Promise.all([channel.waitForIdle(), channel.waitForIdle(), channel.ended]);
      const [, , first, second, third, fourth] = await bearer.settle(all);
      expectCode(first, 'TIMEOUT');
      expect([second, third]).toEqual(['NORMAL', 'NORMAL']);
      expectCode(fourth, 'TIMEOUT');
      await farEnd.hangUp();
      expect(await bearer.settle(idle)).toEqual([State.IDLE, State.IDLE, channel.info.hangup]);
    });

    it('playing, recording, collecting and waiting run side by side, each with its own result', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const all = Promise.all([
        channel.filePlayer.play(bearer.prompt.file),
        channel.fileRecorder.record('both.wav', { timeout: 300 }),
        channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 }),
        channel.sleep(50),
      ]);
      await bearer.elapse(30);
      await farEnd.press('7');
      expect(await bearer.settle(all)).toEqual(['NORMAL', 'TIMEOUT', '7', undefined]);
    });

    it('a hang-up frees everything: the next call on the channel can use it', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.call(bearer.address('answers')));
      const pending = [...SENDERS.slice(0, 1), ...COLLECTORS].map((name) =>
        outcomeOf(METHODS[name].run(channel, {}, bearer)),
      );
      const recording = channel.fileRecorder.record('new.wav');
      await bearer.elapse(40);
      await bearer.settle(channel.hangUp());
      await bearer.settle(Promise.all([...pending, recording]));
      await bearer.settle(channel.call(bearer.address('answers')));
      const again = Promise.all([
        channel.filePlayer.play(bearer.prompt.file),
        channel.fileRecorder.record('new.wav', { timeout: 60 }),
        channel.dtmfDetector.getDigits({ predigitsTimeout: 20 }),
      ]);
      expect(await bearer.settle(again)).toEqual(['NORMAL', 'TIMEOUT', '']);
    });
  });
}

function states({ dtmfPlayer, filePlayer, fileRecorder, state, wholeCallRecorder }: Channel): readonly string[] {
  return [state, filePlayer.state, fileRecorder.state, wholeCallRecorder.state, dtmfPlayer.state];
}
