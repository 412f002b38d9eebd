import { expect } from 'vitest';
import type { Channel } from '../../../src/channel/channel.ts';
import type { FakeLeg } from '../../../src/testing/fake/fake-leg.ts';
import { FakeNetwork } from '../../../src/testing/fake/fake-network.ts';
import type { FakeInvite } from '../../../src/testing/fake/fake-signaling.ts';

/** An inbound call over fake ports. */
export interface Scene {
  readonly network: FakeNetwork;
  readonly leg: FakeLeg;
  readonly channel: Channel;
}

export function call(invite: FakeInvite = {}): Scene {
  const network = new FakeNetwork({ prompts: { 'tone.wav': 1000 } });
  let channel: Channel | undefined;
  network.host.onCall((incoming) => {
    channel = incoming;
    return new Promise(() => undefined);
  });
  const leg = network.signaling.call(invite);
  if (!channel) throw new Error('the call did not arrive');
  return { network, leg, channel };
}

export async function answeredCall(invite?: FakeInvite): Promise<Scene> {
  const scene = call(invite);
  await scene.channel.answer();
  return scene;
}

export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`resolved with ${String(value)}`),
    (error: unknown) => error,
  );
}
