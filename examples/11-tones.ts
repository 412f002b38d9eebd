/** Ring-back of the caller's country before the answer, a tone of its own, then busy tone, as a line that is taken. */
import { type Channel, type ToneCountry, ToneManager, UserAgent } from 'offhook';

export async function soundBusy(channel: Channel, country: ToneCountry): Promise<void> {
  const manager = ToneManager.forCountry(country);
  manager.createTone(
    [
      {
        waves: [
          { frequency: 400, amplitude: 10 },
          { frequency: 600, amplitude: 5 },
        ],
        duration: 300,
      },
      { waves: [{ frequency: 800, amplitude: 10 }], duration: 300 },
    ],
    'DING_DONG',
    { repeat: 1 },
  );
  const tones = channel.createTonePlayer(manager);
  await channel.ring({ earlyMedia: true, tone: 'RINGBACK', duration: 'ringtone' });
  await channel.answer();
  await tones.play('DING_DONG');
  // Any key ends it; otherwise it sounds for five seconds.
  const cause = await tones.play('BUSY', { bargeIn: true, timeout: 5000 });
  console.log(`the busy tone ended: ${cause}`);
}

if (import.meta.main) {
  const ua = await UserAgent.start({
    port: Number(process.argv[2] ?? 5060),
    mediaDirectory: `${import.meta.dirname}/media`,
  });
  const country = (process.argv[3] ?? 'GB') as ToneCountry;
  ua.onCall((channel) => soundBusy(channel, country));
  console.log(`waiting for calls on port ${ua.port}, with the tones of ${country}`);
}
