/** Playing without standing still: start, do something else meanwhile, look how far it is, and take what was really heard. */
import { type Channel, PlayerCause, PlayerState, UserAgent } from 'offhook';

/** Plays a greeting, then music with a word in between, until somebody presses a key. Resolves with how much of the music was heard. */
export async function playAndLook(channel: Channel): Promise<number> {
  await channel.answer();
  // To play and to wait for the end is one call; its result says why it ended.
  if ((await channel.filePlayer.play('your-message.wav')) !== PlayerCause.NORMAL) return 0;
  // To start is another: it resolves when the audio is ready, and what was started can be asked and told things.
  const music = await channel.filePlayer.start('caller-speech.wav', { loop: true, bargeIn: true, volume: -6 });
  while (channel.filePlayer.state === PlayerState.PLAYING && music.heard < 6_000) await channel.sleep(500);
  await music.pause();
  await channel.sleep(1_000);
  await music.resume();
  await channel.filePlayer.waitUntilFinished({ timeout: 30_000 });
  return music.heard;
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => console.log(`heard ${await playAndLook(channel)} ms of the music`));
  console.log(`waiting for calls on port ${ua.port}`);
}
