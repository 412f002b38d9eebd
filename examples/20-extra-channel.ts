/** Answers, calls somebody else while the first call is up, and lets the two talk until one of them hangs up. */
import { type Channel, State, UserAgent } from 'offhook';

/** Resolves with whether the two have talked. */
export async function putThrough(channel: Channel, to: string): Promise<boolean> {
  await channel.answer();
  const [other] = channel.extraChannel;
  // A caller who does not wait leaves nobody ringing.
  void channel.ended.then(() => other?.hangUp());
  if (!other || (await other.call(to, { timeout: 30_000 })) !== State.ANSWERED) {
    await channel.filePlayer.play('goodbye.wav');
    return false;
  }
  // Connected, none of the two channels can play anything: their far ends hear each other.
  await channel.connect(other);
  await Promise.race([channel.waitForIdle(), other.waitForIdle()]);
  return true;
}

if (import.meta.main) {
  const [, , to = 'sip:colleague@127.0.0.1:5070', port = '5060'] = process.argv;
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(port), mediaDirectory });
  // Whoever is left is hung up when the handler ends, on the extra channel as well.
  ua.onCall(async (channel) => {
    console.log(
      (await putThrough(channel, to)) ? 'they have talked' : `nobody there: ${channel.extraChannel[0]?.cause}`,
    );
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
