import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { callUntilFree } from '../../examples/03-outbound-retry.ts';
import { connectLine } from './line.ts';

describe('examples/03-outbound-retry.ts', () => {
  it('waits ten seconds between two attempts, in no time', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: ['BUSY', 'BUSY', { after: 4000 }] });
    // The example has its pauses and its limit from Node.
    using _ = call.clock.install();
    expect(await call.run((channel) => callUntilFree(channel, 'sip:alice@example.com'))).toBe('ANSWERED');
    expect(call.caller.steps.map(({ at }) => at)).toEqual([0, 10_000, 20_000, 24_000]);
  });

  it('tries again as long as the line is busy', async () => {
    let calls = 0;
    await using line = await connectLine(async (channel) => {
      if (++calls <= 2) return channel.reject('BUSY');
      await channel.answer();
      return channel.waitForIdle();
    });
    const channel = line.caller.ua.channel();
    expect(await callUntilFree(channel, line.callee.ua.uri, { pauseMs: 5 })).toBe('ANSWERED');
    expect(calls).toBe(3);
    await channel.hangUp();
  });

  it('gives up when the line has been busy for too long', async () => {
    let calls = 0;
    await using line = await connectLine((channel) => {
      calls++;
      return channel.reject('BUSY');
    });
    const channel = line.caller.ua.channel();
    expect(await callUntilFree(channel, line.callee.ua.uri, { pauseMs: 20, limitMs: 10 })).toBe('IDLE');
    expect([channel.cause, calls]).toEqual(['BUSY', 1]);
  });

  it('takes any other refusal for an answer', async () => {
    let calls = 0;
    await using line = await connectLine((channel) => {
      calls++;
      return channel.reject('BARRED');
    });
    const channel = line.caller.ua.channel();
    expect(await callUntilFree(channel, line.callee.ua.uri, { pauseMs: 5 })).toBe('IDLE');
    expect([channel.cause, calls]).toEqual(['BARRED', 1]);
  });
});
