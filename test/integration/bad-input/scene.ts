import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import {
  type Channel,
  type ErrorCode,
  isChannelError,
  type MediaStatistics,
  type PortRange,
} from '../../../src/index.ts';
import { type Phone, startPhone } from '../../support/phone.ts';
import { portPairs } from '../../support/port-pairs.ts';
import { shortenPrompts } from '../../support/short-prompts.ts';
import { until } from '../../support/until.ts';

/** A user agent under bad input, beside a call that must not notice. */
export interface Scene {
  /** The user agent under test. It has RTP ports for two calls, and the bystander is one of them. */
  readonly tested: Phone;
  /** Its RTP ports. */
  readonly rtpPorts: PortRange;
  /** One who behaves. */
  readonly other: Phone;
  /** The other's end of the call that nothing may happen to; it hears a tone all the time. */
  readonly bystander: Channel;
  /** A channel of the tested user agent in an answered call from the other one. */
  answered(): Promise<Channel>;
}

/** What an error says, after having looked that it is a `ChannelError` of that code. */
export async function messageOf(promise: Promise<unknown>, code: ErrorCode): Promise<string> {
  const error = await promise.then(
    (value) => `resolved with ${String(value)}`,
    (reason: unknown) => reason,
  );
  if (!isChannelError(error)) throw new Error(`${code} was expected`, { cause: error });
  expect(error.code).toBe(code);
  return error.message;
}

/**
 * Sets up a scene for all tests of a file. After each test, the bystander has been hearing all along, nothing is left of other calls
 * and there is no file that was not there before.
 */
export function setScene(): Scene {
  const parts: { rtpPorts?: PortRange; tested?: Phone; other?: Phone; bystander?: Channel } = {};
  const part = <Name extends keyof typeof parts>(name: Name): NonNullable<(typeof parts)[Name]> => {
    const found = parts[name];
    if (!found) throw new Error(`${name} is there from beforeAll on`);
    return found as NonNullable<(typeof parts)[Name]>;
  };
  const calls: Channel[] = [];
  let files: readonly string[] = [];
  let before: MediaStatistics;

  beforeAll(async () => {
    parts.rtpPorts = await portPairs(2);
    parts.tested = await startPhone({ rtpPorts: parts.rtpPorts });
    parts.other = await startPhone();
    await shortenPrompts(parts.tested.folder);
    parts.tested.ua.onCall(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('beep.wav', { loop: true });
    });
    parts.bystander = parts.other.ua.channel();
    await parts.bystander.call(parts.tested.ua.uri);
  });
  beforeEach(async () => {
    files = (await readdir(part('tested').folder)).sort();
    before = await until('the bystander to hear something', async () => {
      const statistics = await part('bystander').mediaStatistics();
      return statistics.packetsReceived > 2 && statistics;
    });
  });
  afterEach(async () => {
    const { ua, folder } = part('tested');
    for (const channel of calls.splice(0)) await channel.hangUp();
    await until('the end of all calls but one', () => ua.channels.length === 1);
    const after = await until('the bystander to hear more', async () => {
      const statistics = await part('bystander').mediaStatistics();
      return statistics.packetsReceived > before.packetsReceived + 2 && statistics;
    });
    expect(after).toMatchObject({ packetsLost: before.packetsLost, packetsDiscarded: before.packetsDiscarded });
    expect((await readdir(folder)).sort()).toEqual(files);
  });
  afterAll(async () => {
    await parts.other?.[Symbol.asyncDispose]();
    await parts.tested?.[Symbol.asyncDispose]();
  });

  return {
    get tested() {
      return part('tested');
    },
    get rtpPorts() {
      return part('rtpPorts');
    },
    get other() {
      return part('other');
    },
    get bystander() {
      return part('bystander');
    },
    async answered() {
      const { promise, resolve } = Promise.withResolvers<Channel>();
      part('tested').ua.onCall(async (channel) => {
        await channel.answer();
        resolve(channel);
        await channel.waitForIdle();
      });
      const caller = part('other').ua.channel();
      calls.push(caller);
      await caller.call(part('tested').ua.uri);
      return promise;
    },
  };
}
