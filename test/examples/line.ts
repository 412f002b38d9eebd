import { join } from 'node:path';
import { type Channel, isHangup } from 'offhook';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { shortenPrompts } from '../support/short-prompts.ts';
import { strongestTone } from '../support/tone.ts';

/** A line over loopback sockets with an example at its far end and a caller at this one. */
export interface Line<Result> extends AsyncDisposable {
  /** Runs the example on each of its calls. */
  readonly callee: Phone;
  readonly caller: Phone;
  /** What the example comes to with its first call. */
  readonly result: Promise<Result>;
  /** The channel that the example has, once there is a call. */
  readonly channel: Promise<Channel>;
}

export async function connectLine<Result>(example: (channel: Channel) => Promise<Result>): Promise<Line<Result>> {
  const callee = await startPhone();
  const caller = await startPhone();
  const folders = [callee.folder, caller.folder];
  await Promise.all(
    [...folders, ...folders.map((folder) => join(folder, 'sounds/en'))].map((folder) => shortenPrompts(folder)),
  );
  const { promise: result, resolve } = Promise.withResolvers<Result>();
  const { promise: channel, resolve: came } = Promise.withResolvers<Channel>();
  // A test may look at it later than it fails.
  result.catch(() => undefined);
  callee.ua.onCall((incoming) => {
    came(incoming);
    const run = example(incoming);
    resolve(run);
    return run;
  });
  return {
    callee,
    caller,
    result,
    channel,
    async [Symbol.asyncDispose]() {
      await caller[Symbol.asyncDispose]();
      await callee[Symbol.asyncDispose]();
    },
  };
}

/** How clearly a prompt of {@link shortenPrompts} is in a recording, 0 to 1: in its best 40 ms, so that a frame left out does not matter. */
export async function share(recording: string, frequency: number): Promise<number> {
  const { samples, rate } = await readPcm16(recording);
  return strongestTone(samples, rate, frequency, 40);
}

/** Presses a key that may have the far end hang up before it is up again. */
export async function pressLast(channel: Channel, key: string): Promise<void> {
  await channel.dtmfPlayer.play(key).catch((error: unknown) => {
    if (!isHangup(error)) throw error;
  });
}
