import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { askForKey, bringTo } from '../../examples/23-inbound-service.ts';
import { connectLine, pressLast } from './line.ts';

const prompts = { 'enter-pin.wav': 600, 'goodbye.wav': 700 };

describe('examples/23-inbound-service.ts', () => {
  it('connects the caller with the service, which hears the keys, and goes on afterwards', async () => {
    const call = createFakeChannel({ prompts });
    const { promise: pressed, resolve } = Promise.withResolvers<string>();
    using _ = call.ua.service('menu', async (channel) => resolve(await askForKey(channel)));
    const done = call.run((channel) => bringTo(channel, 'menu'));
    await call.caller.silence(2_000);
    expect(call.ua.channels).toHaveLength(3);
    await call.caller.press('7');
    expect(await pressed).toBe('7');
    expect(await done).toBe('the service is done');
    expect(call.caller.heard()).toMatchObject([{ file: 'goodbye.wav', complete: true }]);
    expect(call.ua.channels).toEqual([]);
  });

  it('says so when there is no such service', async () => {
    const call = createFakeChannel({ prompts });
    expect(await call.run((channel) => bringTo(channel, 'menu'))).toBe('no service: UNOBTAINABLE');
  });

  it('ends the service when the caller hangs up', async () => {
    const call = createFakeChannel({ prompts });
    const { promise: over, resolve } = Promise.withResolvers<unknown>();
    using _ = call.ua.service('menu', (channel) => askForKey(channel).catch(resolve));
    const done = call.run((channel) => bringTo(channel, 'menu'));
    await call.caller.silence(2_000);
    await call.caller.hangUp();
    expect(await over).toMatchObject({ code: 'HANGUP' });
    expect(await done).toBe(undefined);
    expect(call.ua.channels).toEqual([]);
  });

  it('does so over the network', async () => {
    await using line = await connectLine((channel) => bringTo(channel, 'menu'));
    const { promise: pressed, resolve } = Promise.withResolvers<string>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    using _ = line.callee.ua.service('menu', async (channel) => {
      channel.on('state', (state) => {
        if (state === 'ANSWERED') ask();
      });
      resolve(await askForKey(channel));
    });
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await asked;
    await pressLast(channel, '7');
    expect(await pressed).toBe('7');
    expect(await line.result).toBe('the service is done');
  });
});
