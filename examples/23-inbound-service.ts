/** An application that another one calls by name, without leaving the process: a menu, and a service behind it. */
import { type Channel, State, UserAgent } from 'offhook';

/** The service: says something, and asks for a key. It has an ordinary inbound call and does not know where it comes from. */
export async function askForKey(channel: Channel): Promise<string> {
  await channel.ring();
  await channel.answer();
  await channel.filePlayer.play('enter-pin.wav');
  return channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 10_000 });
}

/** Brings a caller to a service; resolves with why that ended. */
export async function bringTo(channel: Channel, service: string): Promise<string> {
  const [other] = channel.extraChannel;
  if (!other) throw new Error('the user agent needs extraChannels of at least 1');
  await channel.ring();
  await channel.answer();
  try {
    if ((await other.callInboundService(service)) !== State.ANSWERED) return `no service: ${other.cause}`;
    await channel.connect(other);
    // What is said and every key go through until one of them hangs up.
    await channel.waitForDisconnect();
    await channel.filePlayer.play('goodbye.wav');
    return 'the service is done';
  } finally {
    await other.hangUp();
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.service('menu', async (channel) => console.log('pressed', await askForKey(channel)));
  ua.onCall((channel) => bringTo(channel, 'menu'));
  console.log(`waiting for calls on port ${ua.port}`);
}
