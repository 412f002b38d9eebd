/** Takes every call: lets it ring, answers, says something and hangs up. A caller who hangs up first is a normal end. */
import { type Channel, isHangup, UserAgent } from 'offhook';

export async function answerCall(channel: Channel, log: (line: string) => void = console.log): Promise<void> {
  const { from } = channel.info;
  try {
    await channel.ring({ duration: 2_000 });
    await channel.answer();
    await channel.filePlayer.play('goodbye.wav');
    await channel.hangUp();
    log(`${from} has heard it all`);
  } catch (error) {
    // Whatever is being awaited when the call ends throws this. Any other error is a fault and stays one.
    if (!isHangup(error)) throw error;
    log(`${from} is gone: ${error.message}`);
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall((channel) => answerCall(channel));
  console.log(`waiting for calls on port ${ua.port}`);
}
