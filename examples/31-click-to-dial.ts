/** Click to dial: somebody clicks on a number; their own phone is called first, then the number, and the two are connected. */
import { type Channel, State, UserAgent } from 'offhook';

/**
 * Calls `own`, and when that is answered `wanted`, with a ringing tone meanwhile. Resolves when one of the two has hung up, with how it went.
 */
export async function clickToDial(channel: Channel, own: string, wanted: string): Promise<string> {
  const [other] = channel.extraChannel;
  if (!other) throw new Error('the user agent needs extraChannels of at least 1');
  try {
    if ((await channel.call(own, { timeout: 30_000 })) !== State.ANSWERED) return `you: ${channel.cause}`;
    const ringing = channel.createTonePlayer();
    await ringing.start('RINGBACK');
    const calling = other.call(wanted, { timeout: 60_000 });
    // Whoever hangs up while it rings does not want to talk any more.
    await Promise.race([calling, channel.ended]);
    await ringing.stop();
    if (channel.state === State.IDLE) return 'you hung up';
    if ((await calling) !== State.ANSWERED) {
      await channel.filePlayer.play({ tone: 'BUSY' }, { timeout: 3_000 });
      return `they: ${other.cause}`;
    }
    await channel.connect(other);
    // Their audio need not come this way; it does if one of them will not have it otherwise.
    await channel.releaseMedia().catch((error: Error) => console.log(error.message));
    await Promise.race([channel.ended, other.ended]);
    return 'talked';
  } finally {
    await Promise.all([channel.hangUp(), other.hangUp()]);
  }
}

if (import.meta.main) {
  const [own = 'sip:me@127.0.0.1:5070', wanted = 'sip:them@127.0.0.1:5080'] = process.argv.slice(2);
  await using ua = await UserAgent.start({ port: 0 });
  console.log(await clickToDial(ua.channel(), own, wanted));
}
