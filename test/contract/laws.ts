import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { ChannelError, type ErrorCode, Hangup, type HangupInfo } from '../../src/errors.ts';
import type { Arrival, Bearer, FarEnd } from './bearer.ts';
import type { Method } from './methods.ts';

/** A channel that a method can be called on. */
export interface Ready {
  readonly channel: Channel;
  /** Who is at the other end, once the call has reached somebody. */
  farEnd(): Promise<Pick<FarEnd, 'hangUp'>>;
}

/** What a test of the contract works with. */
export interface Stage {
  readonly bearer: Bearer;
  /** An inbound call that has been answered. */
  answered(): Promise<Arrival>;
  /** A channel whose call is over. */
  over(): Promise<Channel>;
  /** A channel on which everything is ready for a method, also what has to go before it. */
  ready(method: Method): Promise<Ready>;
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
  const serviceEnd = async (): Promise<Pick<FarEnd, 'hangUp'>> => {
    const served = await present().served();
    return { hangUp: async () => void (await present().settle(served.hangUp())) };
  };
  const scene = async (method: Method): Promise<Ready> => {
    if (method.scene === 'answered' || method.scene === 'transferred' || method.scene === 'offered') {
      const { channel, farEnd } = method.scene === 'offered' ? await present().incoming() : await answered();
      return { channel, farEnd: async () => farEnd };
    }
    const channel = present().outgoing();
    if (method.scene === 'calling') {
      await present().settle(channel.startCall(present().address('rings')));
      await present().callee();
    }
    return { channel, farEnd: async () => (method.calls === 'service' ? serviceEnd() : present().callee()) };
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
    async ready(method) {
      const ready = await scene(method);
      if (method.prepare) await present().settle(method.prepare(ready.channel, present()));
      return ready;
    },
  };
}

/** How a promise settled. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

export function outcomeOf(promise: Promise<unknown>): Promise<Outcome> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await outcomeOf(promise);
  if ('error' in outcome) return outcome.error;
  throw new Error(`resolved with ${JSON.stringify(outcome.value)} instead of rejecting`);
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

/** What a method comes to when its call ends. */
export function expectHungUp(method: Method, outcome: Outcome, by: HangupInfo['by']): void {
  if (method.hungUp) expect(outcome).toEqual({ value: method.hungUp.with });
  else expect(expectHangup('error' in outcome ? outcome.error : outcome).by).toBe(by);
}

/** What a method comes to when its timeout has passed. */
export function expectTimedOut(method: Method, outcome: Outcome): void {
  if (method.timedOut === 'rejects') expectCode('error' in outcome ? outcome.error : outcome, 'TIMEOUT');
  else expect(outcome).toEqual({ value: method.timedOut?.with });
}

/** The promises that are rejected during `work` and that nobody looks at. */
export async function forgotten(work: () => Promise<void>): Promise<readonly unknown[]> {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    await work();
    // Node tells of them when all promises of a turn have had theirs, which virtual time does not wait for.
    await turn();
    await turn();
  } finally {
    process.off('unhandledRejection', note);
  }
  return unhandled;
}
