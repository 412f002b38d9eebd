import { describe, expect, it } from 'vitest';
import { Cause } from '../../src/channel/cause.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { State } from '../../src/channel/state.ts';
import { Hangup } from '../../src/errors.ts';
import { errorOf, expectCode, expectHangup, forgotten, type Stage } from './laws.ts';

const MINE = new Error('of the program');

/** Section 2 of the contract: the end of a call handler, and of what is declared with `await using`. */
export function describeHandlers(stage: Stage): void {
  /** A call whose handler does this; resolves when the call is over. */
  const handledBy = async (handler: (channel: Channel) => unknown) => {
    const { bearer } = stage;
    const arrival = await bearer.incoming(handler);
    await bearer.settle(arrival.channel.waitForIdle());
    return arrival;
  };

  describe('a call handler', () => {
    it('that fails before the answer: 500, and the error is logged', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await handledBy(async (mine) => {
        await mine.ring();
        throw MINE;
      });
      expect(await bearer.settle(farEnd.refusal())).toBe(500);
      expect([channel.cause, channel.info.rawCause, channel.info.hangup?.by]).toEqual([Cause.ERROR, '500', 'local']);
      expect(bearer.errors).toEqual([MINE]);
    });

    it('that throws before it has returned anything: 500 too', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await handledBy(() => {
        throw MINE;
      });
      expect(await bearer.settle(farEnd.refusal())).toBe(500);
      expect(channel.cause).toBe(Cause.ERROR);
      expect(bearer.errors).toEqual([MINE]);
    });

    it('that fails after the answer: the call is hung up, and the error is logged', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await handledBy(async (mine) => {
        await mine.answer();
        throw MINE;
      });
      await bearer.settle(farEnd.gone());
      expect([channel.cause, channel.info.rawCause]).toEqual([Cause.ERROR, undefined]);
      expect(channel.info.hangup).toMatchObject({ by: 'local' });
      expect(bearer.errors).toEqual([MINE]);
    });

    it('that fails with what is no error: it is logged as it is', async () => {
      await handledBy(() => Promise.reject('a string'));
      expect(stage.bearer.errors).toEqual(['a string']);
    });

    it('that a ChannelError leaves fails like any other', async () => {
      const { bearer } = stage;
      const { channel } = await handledBy(async (mine) => {
        await mine.answer();
        await mine.filePlayer.play('missing.wav');
      });
      expect(channel.cause).toBe(Cause.ERROR);
      expect(bearer.errors).toEqual([expect.objectContaining({ code: 'FILE_NOT_FOUND' })]);
    });

    it('that a Hangup leaves has ended normally: nothing is logged', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await bearer.incoming(async (mine) => {
        await mine.answer();
        await mine.filePlayer.play(bearer.longPrompt);
      });
      await bearer.elapse(100);
      await farEnd.hangUp();
      await bearer.settle(channel.waitForIdle());
      await bearer.elapse(20);
      expect([channel.cause, channel.info.hangup?.by]).toEqual([Cause.NORMAL, 'remote']);
      expect(bearer.errors).toEqual([]);
    });

    it('that throws a Hangup of its own has ended normally too, and the call is hung up', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await handledBy(async (mine) => {
        await mine.answer();
        throw new Hangup('enough of this');
      });
      await bearer.settle(farEnd.gone());
      expect([channel.state, channel.cause]).toEqual([State.IDLE, Cause.NORMAL]);
      expect(bearer.errors).toEqual([]);
    });

    it('that returns after the answer: the call is hung up', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await handledBy((mine) => mine.answer());
      await bearer.settle(farEnd.gone());
      expect([channel.cause, channel.info.hangup?.by]).toEqual([Cause.NORMAL, 'local']);
      expect(bearer.errors).toEqual([]);
    });

    it('that returns without an answer: the call is refused', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await handledBy(() => undefined);
      expect(await bearer.settle(farEnd.refusal())).toBe(603);
      expect(channel.state).toBe(State.IDLE);
      expect(bearer.errors).toEqual([]);
    });

    it('that returns when the call is over does nothing to it', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await bearer.incoming((mine) => mine.waitForIdle());
      await bearer.settle(channel.answer());
      await farEnd.hangUp();
      await bearer.settle(channel.waitForIdle());
      await bearer.elapse(20);
      expect([channel.cause, channel.info.hangup?.by]).toEqual([Cause.NORMAL, 'remote']);
    });

    it('that fails leaves no unhandled rejection, and what it had begun ends with the call', async () => {
      const { bearer } = stage;
      let sleeping: Promise<unknown> | undefined;
      const unhandled = await forgotten(async () => {
        await handledBy(async (mine) => {
          await mine.answer();
          void mine.filePlayer.play(bearer.longPrompt);
          sleeping = errorOf(mine.sleep(60_000));
          throw MINE;
        });
      });
      expect(unhandled).toEqual([]);
      expect(expectHangup(await sleeping).by).toBe('local');
    });
  });

  describe('`await using`', () => {
    it('a channel is hung up at the end of its block', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const block = async (): Promise<void> => {
        await using mine = channel;
        await mine.sleep(10);
      };
      await bearer.settle(block());
      await bearer.settle(farEnd.gone());
      expect([channel.state, channel.info.hangup?.by]).toEqual([State.IDLE, 'local']);
    });

    it('a channel for calls out too, also when the block is left by an error or had no call', async () => {
      const { bearer } = stage;
      const channel = bearer.outgoing();
      const block = async (): Promise<void> => {
        await using _unused = bearer.outgoing();
        await using mine = channel;
        await mine.call(bearer.address('answers'));
        throw MINE;
      };
      expect(await bearer.settle(errorOf(block()))).toBe(MINE);
      expect(channel.state).toBe(State.IDLE);
    });

    it('a user agent hangs up its calls, and takes and places no more', async ({ skip }) => {
      const { bearer } = stage;
      const agent = await bearer.agent();
      if (!agent) return skip('only channels here');
      const channel = agent.channel();
      let sleeping: Promise<unknown> | undefined;
      const block = async (): Promise<void> => {
        await using mine = agent;
        await channel.call(bearer.address('answers'));
        sleeping = errorOf(channel.sleep(60_000));
        expect(mine.channels).toEqual([channel]);
      };
      await bearer.settle(block());
      expect(expectHangup(await sleeping).by).toBe('local');
      expect([channel.state, agent.channels.length]).toEqual([State.IDLE, 0]);
      expect(() => agent.channel()).toThrow(/stopped/);
      expectCode(await bearer.settle(errorOf(channel.call(bearer.address('answers')))), 'STOPPED');
      await bearer.settle(agent.stop());
    });
  });
}
