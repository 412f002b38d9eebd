/** A back-to-back user agent: an announcement for the caller, then whom it has called, and a word when that one has hung up. */
import { type Callees, Cause, type Channel, UserAgent } from 'offhook';

/** Connects the caller to these, or to whom it has called itself. Resolves with why it was not connected; `NORMAL` when it was. */
export async function connectWithAnnouncement(channel: Channel, to?: Callees): Promise<Cause> {
  await channel.answer();
  await channel.filePlayer.play('your-message.wav', { bargeIn: true });
  for (let attempt = 1; ; attempt++) {
    const { callee, cause } = await channel.connectCallee(to, {
      ringTimeout: 20_000,
      keepOnCalleeEnd: true,
      headerRules: { relay: ['X-*', 'Subject'], set: { 'X-Announced': 'yes' } },
    });
    if (callee) {
      // * is for the program: it hangs up the callee, and the caller is back.
      using _ = channel.on('digit', (digit) => {
        if (digit === '*') void channel.terminateOtherLeg();
      });
      await callee.waitForIdle();
      await channel.filePlayer.play('goodbye.wav');
      return Cause.NORMAL;
    }
    if (cause !== Cause.BUSY || attempt === 3) {
      await channel.filePlayer.play('goodbye.wav');
      return cause;
    }
    await channel.filePlayer.play('caller-speech.wav');
  }
}

if (import.meta.main) {
  const [, , port = '5060', ...callees] = process.argv;
  const ua = await UserAgent.start({ port: Number(port), mediaDirectory: `${import.meta.dirname}/media` });
  ua.onCall(async (channel) => {
    const cause = await connectWithAnnouncement(channel, callees.length > 0 ? callees : undefined);
    console.log(`${channel.info.from}: ${cause}`);
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
