/** An answering machine: records until the caller is silent, presses # or hangs up, and plays back what it got. */
import { type Channel, RecorderCause, UserAgent } from 'offhook';

export interface Message {
  readonly file: string;
  readonly cause: RecorderCause;
}

/** Resolves with the message, or with nothing when nobody spoke. */
export async function takeMessage(channel: Channel, file = `message-${channel.id}.wav`): Promise<Message | undefined> {
  await channel.answer();
  await channel.filePlayer.play('leave-message.wav');
  await channel.filePlayer.play('beep.wav');
  const cause = await channel.fileRecorder.record(file, {
    initialSilence: 5_000,
    maxSilence: 2_000,
    timeout: 60_000,
    bargeIn: '#',
  });
  // ERROR is for what happened on the way, such as a full disk. The recording so far is there.
  if (cause === RecorderCause.ERROR) console.error(channel.fileRecorder.error?.message);
  if (!channel.fileRecorder.audioDetectedInRecording()) return undefined;
  // A caller who hung up after speaking has left a message like any other; there is only nobody to play it to.
  if (cause !== RecorderCause.HANGUP) {
    await channel.filePlayer.play('your-message.wav');
    await channel.filePlayer.play(file);
    await channel.filePlayer.play('goodbye.wav');
  }
  return { file, cause };
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => {
    const message = await takeMessage(channel);
    console.log(message ? `${mediaDirectory}/${message.file} (${message.cause})` : 'no message');
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
