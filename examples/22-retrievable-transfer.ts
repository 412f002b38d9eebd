/** Transfers the caller to a colleague, with a ring-back tone of its own, and has the caller back when the colleague hangs up. */
import { type Channel, State, ToneManager, UserAgent } from 'offhook';

/** Resolves with whether the two have talked; the caller is still there then. */
export async function transferAndTakeBack(channel: Channel, colleague: string): Promise<boolean> {
  const [other] = channel.extraChannel;
  if (!other) throw new Error('the user agent needs extraChannels of at least 1');
  await channel.ring();
  await channel.answer();

  const tones = new ToneManager();
  tones.createTone(
    [
      {
        waves: [
          { frequency: 400, amplitude: 10 },
          { frequency: 600, amplitude: 5 },
        ],
        duration: 3000,
      },
      { duration: 3000 },
    ],
    'MY_RING_TONE',
  );
  tones.setDefault('MY_RING_TONE');
  channel.createTonePlayer(tones);

  if ((await channel.retrievableTransfer(other, colleague)) !== State.TRANSFERRED) {
    console.error('the transfer failed:', channel.transferCause);
    await channel.filePlayer.play({ tone: 'BUSY' }, { timeout: 3000 });
    return false;
  }
  // Either of them can hang up: the caller, and a Hangup leaves this function; the colleague, and the caller is back.
  await channel.waitForTransferredCallRetrieval();
  await channel.filePlayer.play('goodbye.wav');
  return true;
}

if (import.meta.main) {
  const colleague = process.argv[2];
  if (colleague === undefined)
    throw new Error('who is the colleague? node examples/22-retrievable-transfer.ts sip:bob@192.0.2.1');
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[3] ?? 5060), mediaDirectory });
  ua.onCall((channel) => transferAndTakeBack(channel, colleague));
  console.log(`waiting for calls on port ${ua.port}`);
}
