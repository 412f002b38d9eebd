/** Records both sides of a call, whatever goes on meanwhile, until the caller presses # or hangs up. */
import { type Channel, Hangup, UserAgent, type WholeCallRecorderCause } from 'offhook';

export interface RecordedCall {
  readonly file: string;
  /** `ABORTED` when it was stopped here, `HANGUP` when the call ended before. */
  readonly cause: WholeCallRecorderCause;
}

export async function recordConversation(channel: Channel, file = `call-${channel.id}.wav`): Promise<RecordedCall> {
  const { dtmfDetector, filePlayer, wholeCallRecorder } = channel;
  await channel.answer();
  // The caller is on the left, this side on the right; { channels: 'mixed' } puts both into one.
  await wholeCallRecorder.start(file, { format: 'PCMU' });
  try {
    await filePlayer.play('leave-message.wav');
    await filePlayer.play('beep.wav');
    await dtmfDetector.getDigits({ end: '#', predigitsTimeout: 60_000 });
    await filePlayer.play('goodbye.wav');
  } catch (error) {
    // A caller who hangs up leaves a recording like any other: it is complete.
    if (!(error instanceof Hangup)) throw error;
  }
  await wholeCallRecorder.stop();
  const cause = await wholeCallRecorder.waitUntilFinished();
  // ERROR is for what happened on the way, such as a full disk. The recording so far is there.
  if (wholeCallRecorder.error) console.error(wholeCallRecorder.error.message);
  return { file, cause };
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => {
    const { file, cause } = await recordConversation(channel);
    console.log(`${mediaDirectory}/${file} (${cause})`);
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
