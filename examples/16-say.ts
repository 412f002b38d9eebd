/** Text to speech: a question, the answer read back digit by digit, and a little SSML. */
import { type Channel, UserAgent } from 'offhook';

/** Asks for a room number until it is confirmed. Resolves with it, or with nothing after three attempts. */
export async function askForRoom(channel: Channel): Promise<string | undefined> {
  await channel.answer();
  for (let attempt = 0; attempt < 3; attempt++) {
    await channel.filePlayer.say('Please enter the conference room number, then hash.', { bargeIn: true });
    const room = (await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 10_000 })).replace('#', '');
    if (room === '') continue;
    // Commas have the digits read one by one; SSML can do the same, and pauses.
    await channel.filePlayer.say(`You have entered ${[...room].join(', ')}.`, { bargeIn: true });
    await channel.filePlayer.say(
      '<speak>To go there, press one.<break time="300ms"/>To try again, press two.</speak>',
      {
        bargeIn: true,
      },
    );
    const answer = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5_000 });
    if (answer === '1') return room;
  }
  await channel.filePlayer.say('Goodbye.');
  return undefined;
}

if (import.meta.main) {
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060) });
  ua.onCall(async (channel) => console.log('room', await askForRoom(channel)));
  console.log(`waiting for calls on port ${ua.port}`);
}
