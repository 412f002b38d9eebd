/** Takes a note and reads it back. Whenever the caller hangs up, no draft is left behind. Its test proves that for every moment. */
import { type Channel, RecorderCause, UserAgent } from 'offhook';

/** Notes that are being taken: in real life a row in a database or a lock, and something that must not be left behind. */
export const drafts = new Set<string>();

/** Resolves with the file of the note, or with nothing when nobody spoke. */
export async function takeNote(channel: Channel, file = `message-${channel.id}.wav`): Promise<string | undefined> {
  drafts.add(file);
  try {
    await channel.answer();
    await channel.filePlayer.play('leave-message.wav');
    await channel.filePlayer.play('beep.wav');
    const cause = await channel.fileRecorder.record(file, { initialSilence: 4_000, maxSilence: 2_000, bargeIn: '#' });
    if (!channel.fileRecorder.audioDetectedInRecording()) return undefined;
    // Who hung up after speaking has left a note too; there is only nobody to read it to.
    if (cause === RecorderCause.HANGUP) return file;
    await channel.filePlayer.play(file);
    await channel.filePlayer.play('goodbye.wav');
    return file;
  } finally {
    drafts.delete(file);
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/../media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => console.log((await takeNote(channel)) ?? 'nothing was said'));
  console.log(`waiting for calls on port ${ua.port}`);
}
