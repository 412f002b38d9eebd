/** Keeping only the recordings that are as wished: files that can be deleted, renamed and listed, and a result that says what happened. */
import { type Channel, isChannelError, isHangup, RecorderCause, UserAgent } from 'offhook';

/** What the program that runs the calls gets: 0 or more is well, less is not. */
export const Result = { KEPT: 0, HUNG_UP: 100, NOT_AS_WISHED: -100, FAILED: -102 } as const;
export type Result = (typeof Result)[keyof typeof Result];

/** Records until the caller is silent. A recording that ends in any other way is deleted. */
export async function keepIfSilent(channel: Channel): Promise<Result> {
  const draft = `draft-${channel.id}.wav`;
  try {
    await channel.answer();
    const cause = await channel.fileRecorder.record(draft, {
      maxSilence: 2_000,
      initialSilence: 5_000,
      timeout: 60_000,
    });
    if (cause !== RecorderCause.SILENCE) {
      await channel.files.delete(draft);
      return cause === RecorderCause.HANGUP ? Result.HUNG_UP : Result.NOT_AS_WISHED;
    }
    await channel.files.rename(draft, `kept/${channel.id}.wav`);
    return Result.KEPT;
  } catch (error) {
    if (isHangup(error)) return Result.HUNG_UP;
    console.error(isChannelError(error) ? `${error.code}: ${error.message}` : error);
    return Result.FAILED;
  } finally {
    // Safe also when the call is over.
    await channel.hangUp();
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => {
    console.log('result', await keepIfSilent(channel));
    for (const { name, bytes } of await ua.files.list({ prefix: 'kept' })) console.log(name, bytes, 'bytes');
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
