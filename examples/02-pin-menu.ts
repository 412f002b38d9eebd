/** Asks for a PIN, three times at most. Who knows it need not listen to the end: a key stops the prompt and is the first digit. */
import { type Channel, UserAgent } from 'offhook';

const ATTEMPTS = 3;

export async function askForPin(channel: Channel, pin = '2468'): Promise<boolean> {
  await channel.ring();
  await channel.answer();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // Keys of the last attempt that came too late for it do not count for this one.
    channel.dtmfDetector.clearDigits();
    await channel.filePlayer.play('enter-pin.wav', { bargeIn: true });
    const digits = await channel.dtmfDetector.getDigits({
      end: '#',
      count: pin.length + 1,
      predigitsTimeout: 5_000,
      interdigitTimeout: 3_000,
    });
    if (digits === `${pin}#`) {
      await channel.filePlayer.play('your-message.wav');
      return true;
    }
    await channel.filePlayer.play('beep.wav');
  }
  await channel.filePlayer.play('goodbye.wav');
  return false;
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  // No try and catch here: a hang-up that leaves the handler is a normal end of the call.
  ua.onCall(async (channel) => console.log((await askForPin(channel)) ? 'right' : 'wrong'));
  console.log(`waiting for calls on port ${ua.port}; the PIN is 2468#`);
}
