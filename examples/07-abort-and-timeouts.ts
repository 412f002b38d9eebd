/** Three ways to end a wait: a key against a prompt, a limit in time, and a signal from outside. */
import { type Channel, PlayerCause, UserAgent } from 'offhook';

/** What the first key was, or `nothing`. */
export async function firstKey(channel: Channel, signal: AbortSignal): Promise<string> {
  // Whichever comes first wins; aborting ends the other one, and nothing of it goes on.
  const over = new AbortController();
  const either = { signal: AbortSignal.any([signal, over.signal]) };
  const key = channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: Number.POSITIVE_INFINITY, ...either });
  const prompt = channel.filePlayer.play('enter-pin.wav', either).then(() => 'nothing');
  try {
    return await Promise.race([key, prompt]);
  } finally {
    over.abort();
    // Off the wire, so that the next prompt is not told BUSY.
    await channel.filePlayer.stop();
  }
}

export async function quiz(channel: Channel, signal: AbortSignal): Promise<string> {
  await channel.answer();
  try {
    const key = await firstKey(channel, signal);
    // A limit that is part of the plan: the cause says that it was reached.
    const cause = await channel.filePlayer.play('leave-message.wav', { timeout: 1_000, signal });
    return `${key}, ${cause === PlayerCause.TIMEOUT ? 'cut short' : 'heard'}`;
  } catch (error) {
    // An aborted signal: what was given as its reason comes out here, as it is. Everything else is not ours.
    if (!signal.aborted || error !== signal.reason) throw error;
    await channel.filePlayer.play('goodbye.wav');
    return 'aborted';
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => console.log(await quiz(channel, AbortSignal.timeout(30_000))));
  console.log(`waiting for calls on port ${ua.port}`);
}
