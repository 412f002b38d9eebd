/** A mailbox: three attempts at the PIN, then the message, which key 1 plays again. Its test is beside it. */
import { type Channel, UserAgent } from 'offhook';

const ATTEMPTS = 3;

/** Resolves with whether the caller knew the PIN. */
export async function pinMenu(channel: Channel, pin = '2468'): Promise<boolean> {
  await channel.answer();
  if (!(await knowsPin(channel, pin))) {
    await channel.filePlayer.play('goodbye.wav');
    return false;
  }
  let key = '1';
  while (key === '1') {
    await channel.filePlayer.play('your-message.wav', { bargeIn: true });
    key = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 3_000 });
  }
  await channel.filePlayer.play('goodbye.wav');
  return true;
}

async function knowsPin(channel: Channel, pin: string): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await channel.filePlayer.play('enter-pin.wav', { bargeIn: true });
    const digits = await channel.dtmfDetector.getDigits({ count: pin.length, predigitsTimeout: 5_000 });
    if (digits === pin) return true;
    await channel.filePlayer.play('beep.wav');
  }
  return false;
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/../media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => console.log((await pinMenu(channel)) ? 'let in' : 'kept out'));
  console.log(`waiting for calls on port ${ua.port}; the PIN is 2468`);
}
