/** Calls somebody, and tries again for a while as long as the line is busy. Any other outcome is final. */
import { setTimeout as pause } from 'node:timers/promises';
import { Cause, type Channel, State, UserAgent } from 'offhook';

export interface Patience {
  /** Time from one attempt to the next, in milliseconds. */
  readonly pauseMs?: number;
  /** When to give up, in milliseconds from the first attempt. */
  readonly limitMs?: number;
}

export async function callUntilFree(channel: Channel, to: string, patience: Patience = {}): Promise<State> {
  const { pauseMs = 10_000, limitMs = 60_000 } = patience;
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    // No exception for a call that is not answered: the state says whether, and the cause says why not.
    const state = await channel.call(to, { timeout: 30_000 });
    if (state === State.ANSWERED || channel.cause !== Cause.BUSY) return state;
    if (performance.now() + pauseMs > giveUpAt) return state;
    await pause(pauseMs);
  }
}

if (import.meta.main) {
  const to = process.argv[2];
  if (to === undefined) throw new Error('whom to call? node examples/03-outbound-retry.ts sip:alice@192.0.2.1');
  await using ua = await UserAgent.start({ port: 0, mediaDirectory: `${import.meta.dirname}/media` });
  await using channel = ua.channel();
  if ((await callUntilFree(channel, to)) === State.ANSWERED) await channel.filePlayer.play('goodbye.wav');
  else console.log(`not answered: ${channel.cause} (SIP ${channel.info.rawCause})`);
}
