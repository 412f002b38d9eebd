/** Calls somebody with a reminder. A busy line is tried again for a minute; key 1 confirms. Its test is beside it. */
import { setTimeout as pause } from 'node:timers/promises';
import { Cause, type Channel, State, UserAgent } from 'offhook';

/** `heard`: answered, but nobody pressed 1. */
export type Reminded = 'confirmed' | 'heard' | 'unreachable';

/** How patient a caller is with a busy line: from one attempt to the next, and in all. In milliseconds. */
export interface Patience {
  readonly pauseMs?: number;
  readonly limitMs?: number;
}

export async function remind(channel: Channel, to: string, patience: Patience = {}): Promise<Reminded> {
  const { pauseMs = 10_000, limitMs = 60_000 } = patience;
  const giveUpAt = Date.now() + limitMs;
  while ((await channel.call(to, { timeout: 30_000 })) !== State.ANSWERED) {
    if (channel.cause !== Cause.BUSY || Date.now() + pauseMs > giveUpAt) return 'unreachable';
    await pause(pauseMs);
  }
  await channel.filePlayer.play('your-message.wav', { bargeIn: '1' });
  const key = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5_000 });
  await channel.filePlayer.play('goodbye.wav');
  return key === '1' ? 'confirmed' : 'heard';
}

if (import.meta.main) {
  const to = process.argv[2];
  if (to === undefined) throw new Error('whom to remind? node examples/testing/reminder-call.ts sip:alice@192.0.2.1');
  await using ua = await UserAgent.start({ port: 0, mediaDirectory: `${import.meta.dirname}/../media` });
  await using channel = ua.channel();
  console.log(await remind(channel, to));
}
