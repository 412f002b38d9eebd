/** Puts the caller on hold with music, asks a colleague whether to take the call, and comes back to the caller with the answer. */
import { type Channel, State, UserAgent } from 'offhook';

/** Resolves with whether the colleague has taken the call and the two have talked. */
export async function askColleague(channel: Channel, colleague: string): Promise<boolean> {
  await channel.answer();
  // The caller may put us on hold as well, and comes back by itself.
  channel.on('held', (isHeld) => channel.journal.note(isHeld ? 'the caller holds us' : 'the caller is back'));

  await channel.hold();
  // Nothing that the caller says is heard now, but the caller hears this.
  await channel.musicOnHold.start('caller-speech.wav', { volume: -9 });
  const [other] = channel.extraChannel;
  void channel.ended.then(() => other?.hangUp());
  const isThere = other !== undefined && (await other.call(colleague, { timeout: 20_000 })) === State.ANSWERED;
  let takesIt = false;
  if (isThere) {
    await other.filePlayer.play('your-message.wav', { bargeIn: true });
    takesIt = (await other.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 10_000 })) === '1';
  }
  await channel.musicOnHold.stop();
  await channel.resume();

  if (other && takesIt && (await channel.connect(other))) {
    await channel.waitForDisconnect();
    return true;
  }
  await channel.filePlayer.play('goodbye.wav');
  return false;
}

if (import.meta.main) {
  const [, , colleague = 'sip:colleague@127.0.0.1:5070', port = '5060'] = process.argv;
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(port), mediaDirectory });
  ua.onCall(async (channel) => {
    console.log((await askColleague(channel, colleague)) ? 'they have talked' : 'the colleague does not take it');
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
