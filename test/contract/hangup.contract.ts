import { describe, expect, it } from 'vitest';
import { Cause } from '../../src/channel/cause.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import { errorOf, expectHangup, expectHungUp, forgotten, outcomeOf, type Stage } from './laws.ts';
import { METHODS, methods } from './methods.ts';

const AT_ONCE_MS = 50;
const SOON_MS = 100;

/** Section 2 of the contract: what the end of a call means for everything awaitable. */
export function describeHangups(stage: Stage): void {
  describe('when there is no call', () => {
    for (const [name, method] of methods(({ needsCall }) => needsCall)) {
      it(`${name}() rejects with Hangup at once`, async () => {
        const { bearer } = stage;
        const channel = await stage.over();
        using watch = bearer.watch();
        expect(expectHangup(await errorOf(method.run(channel, {}, bearer)))).toBe(channel.info.hangup);
        expectHangup(await errorOf(method.run(bearer.outgoing(), {}, bearer)));
        expect(watch.elapsed()).toBeLessThan(AT_ONCE_MS);
      });
    }

    it('and neither while the far end has not confirmed our hang-up', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      void channel.hangUp();
      for (const [, method] of methods(({ needsCall }) => needsCall)) {
        expect(expectHangup(await errorOf(method.run(channel, {}, bearer)))).toBe(channel.info.hangup);
      }
    });

    it('Hangup comes first, whatever the arguments', async () => {
      const channel = await stage.over();
      expectHangup(await errorOf(channel.filePlayer.play('', { timeout: -1, bargeIn: 'x' })));
      expectHangup(await errorOf(channel.sleep(-1, { signal: AbortSignal.abort() })));
      expectHangup(await errorOf(channel.fileRecorder.record('../x', { nonsense: 1 } as object)));
    });

    it('what needs no call never throws Hangup', async () => {
      const { bearer } = stage;
      const over = await stage.over();
      for (const channel of [over, bearer.outgoing()]) {
        expect(await channel.waitForIdle()).toBe(State.IDLE);
        expect(await bearer.settle(channel.hangUp())).toBe(State.IDLE);
        expect(await channel.filePlayer.stop()).toBe(true);
        expect(await channel.fileRecorder.stop()).toBe(true);
        expect(await channel.fileRecorder.waitUntilFinished()).toBe('NONE');
        await bearer.settle(channel[Symbol.asyncDispose]());
      }
      expect(await bearer.outgoing().waitForOutgoingCall()).toBe(State.IDLE);
    });
  });

  describe('when the call ends meanwhile', () => {
    for (const [name, method] of methods(({ isLong }) => isLong)) {
      const result = method.hungUp ? `resolves with ${method.hungUp.with}` : 'rejects with Hangup';

      it(`${name}() ${result} within ${SOON_MS} ms of the far end hanging up`, async () => {
        const { bearer } = stage;
        const { channel, farEnd } = await stage.ready(method);
        const pending = outcomeOf(method.run(channel, {}, bearer));
        await bearer.elapse(60);
        const far = await farEnd();
        using watch = bearer.watch();
        const ended = pending.then(() => watch.elapsed());
        await far.hangUp();
        expectHungUp(method, await bearer.settle(pending), 'remote');
        expect(await ended).toBeLessThan(SOON_MS);
      });

      it(`${name}() ${result} within ${SOON_MS} ms of this side hanging up`, async () => {
        const { bearer } = stage;
        const { channel } = await stage.ready(method);
        const pending = outcomeOf(method.run(channel, {}, bearer));
        await bearer.elapse(60);
        using watch = bearer.watch();
        const ended = pending.then(() => watch.elapsed());
        void channel.hangUp();
        expectHungUp(method, await bearer.settle(pending), 'local');
        expect(await ended).toBeLessThan(SOON_MS);
      });
    }

    it('everything that is pending sees the same hangup, and it stays readable', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
      const hungUp = ['sleep', 'dtmfDetector.getDigits', 'filePlayer.waitUntilFinished'] as const;
      const pending = [...hungUp, ...hungUp.filter((name) => name !== 'dtmfDetector.getDigits')].map((name) =>
        errorOf(METHODS[name].run(channel, {}, bearer)),
      );
      const recording = channel.fileRecorder.record('new.wav');
      const idle = channel.waitForIdle();
      await bearer.elapse(40);
      await farEnd.hangUp();
      const infos = (await bearer.settle(Promise.all(pending))).map(expectHangup);
      expect(infos).toHaveLength(5);
      for (const info of infos) expect(info).toBe(channel.info.hangup);
      expect(await channel.ended).toBe(channel.info.hangup);
      expect(await bearer.settle(Promise.all([recording, idle]))).toEqual(['HANGUP', State.IDLE]);
      await bearer.elapse(30);
      expect(expectHangup(await errorOf(channel.sleep(1)))).toBe(infos[0]);
      expect(channel.info.hangup).toBe(infos[0]);
      expect(channel.info.hangup?.by).toBe('remote');
    });

    it('the first who hangs up is the one that everybody is told of', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const sleeping = errorOf(channel.sleep(60_000));
      void channel.hangUp();
      await farEnd.hangUp();
      expect(expectHangup(await bearer.settle(sleeping)).by).toBe('local');
      await bearer.settle(channel.waitForIdle());
      expect([(await channel.ended).by, channel.info.hangup?.by]).toEqual(['local', 'local']);
    });

    it('the details of the call stay readable after it', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const { direction, from, to, requestUri, callId, transport, remoteAddress } = channel.info;
      await bearer.settle(channel.hangUp());
      await bearer.elapse(20);
      expect(channel.info).toMatchObject({ direction, from, to, requestUri, callId, transport, remoteAddress });
      expect(channel.info.hangup).toMatchObject({ by: 'local', text: expect.stringMatching(/./) });
    });

    it('the status and the reason of a refusal are there', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.call(bearer.address('busy')));
      expect(channel.info.hangup).toMatchObject({ by: 'remote', status: 486, reason: 'said by the far end' });
      expect(await channel.ended).toBe(channel.info.hangup);
    });

    it('a further call on the channel knows nothing of the end of the one before', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      await bearer.settle(channel.call(bearer.address('answers')));
      await bearer.settle(channel.hangUp());
      await bearer.settle(channel.call(bearer.address('answers')));
      expect([channel.info.hangup, channel.cause]).toEqual([undefined, Cause.NORMAL]);
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
    });
  });

  describe('nobody has to await anything: no unhandled rejection', () => {
    const everything = (channel: Channel, options: object): void => {
      for (const [, method] of methods()) void method.run(channel, options, stage.bearer);
      void channel.filePlayer.play('missing.wav');
      void channel.filePlayer.play('../outside.wav');
      void channel.dtmfPlayer.play('x');
    };

    it('when the call ends', async () => {
      const { bearer } = stage;
      const unhandled = await forgotten(async () => {
        const { channel, farEnd } = await stage.answered();
        everything(channel, {});
        await farEnd.hangUp();
        everything(channel, {});
        await bearer.elapse(50);
      });
      expect(unhandled).toEqual([]);
    });

    it('when each of them is broken off by its signal or its timeout', async () => {
      const { bearer } = stage;
      const unhandled = await forgotten(async () => {
        for (const [, method] of methods(({ takes }) => takes !== 'nothing')) {
          const { channel } = await stage.ready(method);
          const abort = new AbortController();
          void method.run(channel, { signal: abort.signal }, bearer);
          await bearer.elapse(1);
          abort.abort('no');
          if (method.timedOut) void method.run(channel, { timeout: 1 }, bearer);
          await bearer.elapse(5);
          await bearer.settle(channel.hangUp());
        }
      });
      expect(unhandled).toEqual([]);
    });

    it('when it was called wrongly, or before the answer', async () => {
      const { bearer } = stage;
      const unhandled = await forgotten(async () => {
        const { channel } = await bearer.incoming();
        for (const [, method] of methods(({ takes }) => takes !== 'nothing')) {
          void method.run(channel, { timeout: -1, signal: 5 } as object, bearer);
          void method.run(channel, { nonsense: true } as object, bearer);
        }
        for (const [, method] of methods(({ needsAnswer }) => needsAnswer === true)) {
          void method.run(channel, {}, bearer);
        }
        void bearer.outgoing().call(bearer.address('unresolvable'));
        void bearer.outgoing().call('');
        await bearer.elapse(50);
      });
      expect(unhandled).toEqual([]);
    });
  });
}
