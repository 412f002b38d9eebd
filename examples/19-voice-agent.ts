/**
 * The frame of a voice agent: it hears the caller as PCM, answers when the caller falls silent, and is quiet at once when the caller
 * speaks again. What thinks of an answer is up to you; here it is a parrot.
 */
import { type Channel, isHangup, UserAgent } from 'offhook';

/** Samples at 16 kHz in, samples at 16 kHz out. */
export type Model = (heard: readonly Int16Array[]) => Promise<readonly Int16Array[]>;

const parrot: Model = async (heard) => heard;

/** Talks until the caller hangs up. Resolves with how many answers were heard to their end, and how many were cut short. */
export async function converse(channel: Channel, model = parrot): Promise<Record<'played' | 'cleared', number>> {
  const answers = { played: 0, cleared: 0 };
  await channel.answer();
  await using audio = channel.audio.open({ sampleRate: 16_000 });
  const writer = audio.writable.getWriter();
  const heard: Int16Array[] = [];
  const { speechDetector } = channel;
  const take = (frame: Int16Array): void => {
    if (speechDetector.isSpeaking) heard.push(frame);
  };
  const hearing = audio.readable.pipeTo(new WritableStream({ write: take }));
  // What is still to be said is dropped as soon as the caller says something.
  using _ = channel.on('speech', (isSpeaking) => {
    if (isSpeaking) void audio.clear();
  });
  try {
    for (;;) {
      await speechDetector.waitForSpeech();
      await speechDetector.waitForSilence({ duration: 700 });
      const pieces = await model(heard.splice(0));
      for (const piece of pieces) if (!speechDetector.isSpeaking) await writer.write(piece);
      // Resolves when the last sample before it has really been sent, or was cleared.
      answers[speechDetector.isSpeaking ? 'cleared' : await audio.mark('answer')]++;
    }
  } catch (error) {
    if (!isHangup(error)) throw error;
    await hearing;
    return answers;
  }
}

if (import.meta.main) {
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060) });
  ua.onCall(async (channel) => console.log('answers', await converse(channel)));
  console.log(`waiting for calls on port ${ua.port}`);
}
