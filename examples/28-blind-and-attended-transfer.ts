/**
 * Hands the caller over by the network, so that nothing of the call is left here: at once (blind, key 1), or after a word with whom it goes to
 * (attended, key 2). When it is the caller who asks to be transferred, it does that too.
 */
import { type Channel, State, TransferCause, UserAgent } from 'offhook';

/** Resolves with what became of the transfer; with anything but `NORMAL` the caller is still here. */
export async function handOver(channel: Channel, to: string): Promise<TransferCause> {
  await channel.answer();
  followRequests(channel);
  await channel.filePlayer.play('enter-pin.wav', { bargeIn: true });
  const key = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 10_000 });
  const cause = key === '2' ? await attended(channel, to) : await channel.transfer(to, { timeout: 30_000 });
  if (cause !== TransferCause.NORMAL) await channel.filePlayer.play('goodbye.wav');
  return cause;
}

async function attended(channel: Channel, to: string): Promise<TransferCause> {
  const [colleague] = channel.extraChannel;
  if (!colleague) throw new Error('the user agent needs extraChannels of at least 1');
  await channel.hold();
  // A caller who does not wait leaves nobody ringing.
  void channel.ended.then(() => colleague.hangUp());
  let cause: TransferCause = TransferCause.TARGETREJECT;
  if ((await colleague.call(to, { timeout: 30_000 })) === State.ANSWERED) {
    await colleague.filePlayer.play('your-message.wav');
    // The caller's telephone calls the colleague's, which takes that call in place of ours: both of ours are over then.
    cause = await channel.transfer(colleague);
  }
  if (cause !== TransferCause.NORMAL) {
    await colleague.hangUp();
    await channel.resume();
  }
  return cause;
}

/** Calls whom the caller asks for, as long as that is somebody in the house, and connects nobody: that call is for the program to go on with. */
function followRequests(channel: Channel): void {
  channel.on('transferRequest', (request) => {
    const [free] = channel.extraChannel;
    if (free?.state === State.IDLE && request.to.startsWith('sip:')) void request.accept(free, { timeout: 30_000 });
    else request.reject('BARRED');
  });
}

if (import.meta.main) {
  const [, , to = 'sip:colleague@127.0.0.1:5070', port = '5060'] = process.argv;
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(port), mediaDirectory });
  ua.onCall(async (channel) => console.log(`transferred: ${await handOver(channel, to)}`));
  console.log(`waiting for calls on port ${ua.port}`);
}
