/** Collects digits up to # and sends the same digits back, again and again until the caller hangs up or presses * alone. */
import { type Channel, DtmfPlayerCause, UserAgent } from 'offhook';

export async function echoDigits(channel: Channel): Promise<readonly string[]> {
  const rounds: string[] = [];
  await channel.answer();
  await channel.filePlayer.play('beep.wav');
  for (;;) {
    const digits = await channel.dtmfDetector.getDigits({
      end: '#',
      count: 32,
      predigitsTimeout: Number.POSITIVE_INFINITY,
    });
    if (digits === '*#') return rounds;
    rounds.push(digits);
    const cause = await channel.dtmfPlayer.play(digits, { on: 80, off: 80 });
    if (cause !== DtmfPlayerCause.NORMAL) console.error(`${digits} broke off: ${cause}`);
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(echoDigits);
  console.log(`waiting for calls on port ${ua.port}; press digits and #`);
}
