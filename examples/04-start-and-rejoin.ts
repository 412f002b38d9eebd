/** Starts a call without waiting for its answer, entertains the caller meanwhile, and rejoins the call to see what came of it. */
import { type Channel, State, UserAgent } from 'offhook';

export async function findColleague(caller: Channel, colleague: Channel, to: string): Promise<State> {
  await caller.answer();
  // However this ends, also when the caller hangs up, nobody is left ringing.
  using _ = caller.on('ended', () => void colleague.hangUp());

  await colleague.startCall(to);
  await caller.filePlayer.start('leave-message.wav', { loop: true });
  const state = await colleague.waitForOutgoingCall();
  await caller.filePlayer.stop();

  if (state === State.ANSWERED) {
    await Promise.all([colleague.filePlayer.play('your-message.wav'), caller.filePlayer.play('beep.wav')]);
  } else {
    await caller.filePlayer.play('goodbye.wav');
  }
  await colleague.hangUp();
  return state;
}

if (import.meta.main) {
  const to = process.argv[2];
  if (to === undefined) throw new Error('who is the colleague? node examples/04-start-and-rejoin.ts sip:bob@192.0.2.1');
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[3] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => console.log(await findColleague(channel, ua.channel(), to)));
  console.log(`waiting for calls on port ${ua.port}`);
}
