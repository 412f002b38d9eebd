import type { Channel } from 'offhook';
import { startPhone } from '../support/phone.ts';
import { until } from '../support/until.ts';
import { connectLine, pressLast } from './line.ts';

/** What became of a call that was put through. */
export interface TypedThrough<Result> {
  /** What the one at the far end was given. */
  readonly typed: string;
  readonly result: Result;
}

/**
 * Calls an example that puts its callers through to somebody, who answers when `isTime` says so of the example's channel, takes keys up to
 * `#`, and hangs up. The caller types `42#` as soon as the two are connected.
 */
export async function typeThrough<Result>(
  example: (channel: Channel, to: string) => Promise<Result>,
  isTime: (channel: Channel) => boolean = () => true,
): Promise<TypedThrough<Result>> {
  await using colleague = await startPhone();
  await using line = await connectLine((channel) => example(channel, colleague.ua.uri));
  const typed = Promise.withResolvers<string>();
  colleague.ua.onCall(async (called) => {
    await called.ring();
    const channel = await line.channel;
    await until('the time to answer', async () => isTime(channel));
    await called.answer();
    typed.resolve(await called.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 10_000 }));
  });
  const caller = line.caller.ua.channel();
  await caller.call(line.callee.ua.uri);
  const channel = await line.channel;
  await until('the connection', async () => channel.info.connectedId !== undefined);
  await pressLast(caller, '42#');
  const outcome = { typed: await typed.promise, result: await line.result };
  await caller.waitForIdle();
  return outcome;
}
