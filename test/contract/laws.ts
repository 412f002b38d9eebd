import { afterEach, beforeEach, expect } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { ChannelError, type ErrorCode, Hangup, type HangupInfo } from '../../src/errors.ts';
import type { Bearer, FarEnd } from './bearer.ts';

/** What a test of the contract works with. */
export interface Stage {
  readonly bearer: Bearer;
  /** An inbound call that has been answered. */
  answered(): Promise<{ readonly channel: Channel; readonly farEnd: FarEnd }>;
  /** A channel whose call is over. */
  over(): Promise<Channel>;
}

/** Gives each test of a suite a bearer of its own, and takes it down afterwards. */
export function useBearer(makeBearer: () => Promise<Bearer>): Stage {
  let bearer: Bearer | undefined;
  beforeEach(async () => {
    bearer = await makeBearer();
  });
  afterEach(async () => {
    await bearer?.[Symbol.asyncDispose]();
    bearer = undefined;
  });
  const present = (): Bearer => {
    if (!bearer) throw new Error('there is a bearer within a test only');
    return bearer;
  };
  const answered: Stage['answered'] = async () => {
    const call = await present().incoming();
    await present().settle(call.channel.answer());
    return call;
  };
  return {
    get bearer() {
      return present();
    },
    answered,
    async over() {
      const { channel } = await answered();
      await present().settle(channel.hangUp());
      return channel;
    },
  };
}

/** A method that goes on for a while, started with the given signal. */
export type LongMethod = (channel: Channel, options: { signal?: AbortSignal }, bearer: Bearer) => Promise<unknown>;

/** The methods that run long on an answered call. */
export const LONG_METHODS: Readonly<Record<string, LongMethod>> = {
  'filePlayer.play()': (channel, options, { longPrompt }) => channel.filePlayer.play(longPrompt, options),
  'filePlayer.waitUntilFinished()': async (channel, options, { longPrompt }) => {
    if (channel.filePlayer.state === 'IDLE') await channel.filePlayer.start(longPrompt);
    return channel.filePlayer.waitUntilFinished(options);
  },
  'dtmfDetector.getDigits()': (channel, options) =>
    channel.dtmfDetector.getDigits({ ...options, predigitsTimeout: 60_000 }),
  'dtmfPlayer.play()': (channel, options) => channel.dtmfPlayer.play('1234567890123456', options),
  'echo()': (channel, options) => channel.echo(options),
  'sleep()': (channel, options) => channel.sleep(60_000, options),
};

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)} instead of rejecting`);
    },
    (error: unknown) => error,
  );
}

export function expectHangup(error: unknown): HangupInfo {
  expect(error).toBeInstanceOf(Hangup);
  expect(error).not.toBeInstanceOf(ChannelError);
  return (error as Hangup).info;
}

export function expectCode(error: unknown, code: ErrorCode): void {
  expect(error).toBeInstanceOf(ChannelError);
  expect((error as ChannelError).code).toBe(code);
}
