/** Plays to the caller while somebody else is being called, stops as soon as that one answers, and connects the two. */
import { type Channel, UserAgent } from 'offhook';

/** Resolves with whether the two were connected; the caller hears an apology otherwise. */
export async function putThroughWithPrompt(channel: Channel, to: string): Promise<boolean> {
  await channel.answer();
  const [other] = channel.extraChannel;
  if (!other) throw new Error('this needs an extra channel: start the user agent without extraChannels: 0');
  await other.startCall(to);
  await channel.filePlayer.start('caller-speech.wav');
  // Until there is an answer or a refusal, or the caller does not want to wait.
  await Promise.race([other.waitForOutgoingCall(), channel.waitForIdle()]);
  await channel.filePlayer.stop();
  if (await channel.connect(other)) {
    await channel.waitForDisconnect();
    return true;
  }
  await channel.filePlayer.play('goodbye.wav');
  return false;
}

if (import.meta.main) {
  const [, , to = 'sip:colleague@127.0.0.1:5070', port = '5060'] = process.argv;
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(port), mediaDirectory });
  ua.onCall((channel) => putThroughWithPrompt(channel, to));
  console.log(`waiting for calls on port ${ua.port}`);
}
