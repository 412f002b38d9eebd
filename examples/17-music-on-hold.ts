/** Waiting with music: it stops for each announcement and goes on afterwards by itself. */
import { type Channel, UserAgent } from 'offhook';

/** Keeps the caller company until `ready` resolves or a key is pressed, with a word every so often. Resolves with whether it was ready. */
export async function waitWithMusic(channel: Channel, ready: Promise<unknown>, everyMs = 15_000): Promise<boolean> {
  await channel.answer();
  await channel.musicOnHold.start('caller-speech.wav', { volume: -9 });
  const ended = new AbortController();
  const isReady = ready.then(() => true);
  const key = channel.dtmfDetector
    .getDigits({ count: 1, predigitsTimeout: Number.POSITIVE_INFINITY, signal: ended.signal })
    .then(() => false);
  const announcements = async (): Promise<never> => {
    for (;;) {
      await channel.sleep(everyMs, { signal: ended.signal });
      await channel.filePlayer.play('your-message.wav', { signal: ended.signal });
    }
  };
  try {
    return await Promise.race([isReady, key, announcements()]);
  } finally {
    ended.abort();
    await channel.musicOnHold.stop();
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, 60_000);
    console.log((await waitWithMusic(channel, promise)) ? 'somebody is there' : 'the caller does not want to wait');
    clearTimeout(timer);
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
