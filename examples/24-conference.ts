/** Transfers the caller to a conference room whose number is typed in; `*` leads back out of it, 0 mutes and 1 unmutes. */
import { type Channel, DetectorCause, type Media, State, ToneManager, UserAgent } from 'offhook';

/** Resolves with the name of the room when the caller has come back from it; `undefined` when none was reached. */
export async function joinConference(
  channel: Channel,
  name: Media = { text: 'A caller' },
): Promise<string | undefined> {
  // A transfer needs a channel to call the room with.
  const [other] = channel.extraChannel;
  if (!other) throw new Error('the user agent needs extraChannels of at least 1');
  await channel.ring();
  await channel.answer();

  await channel.filePlayer.say('Please enter the number of the conference room, and then the hash key.', {
    bargeIn: true,
  });
  const digits = await channel.dtmfDetector.getDigits({ predigitsTimeout: 10_000, end: '#' });
  const room = digits.slice(0, -1);
  if (channel.dtmfDetector.cause !== DetectorCause.END || room === '') {
    await channel.filePlayer.say('There is no such room.');
    return undefined;
  }
  await channel.filePlayer.play([{ text: 'Joining room' }, { digits: room }]);

  channel.createTonePlayer(new ToneManager());
  const state = await channel.transferToConferenceRoom(other, room, {
    media: {
      exitOnDtmfDigit: '*',
      muteOnDtmfDigits: { mute: '0', unmute: '1' },
      onConferenceStoppedFile: 'caller-speech.wav',
      prefixMedia: name,
      onEntryMedia: { text: 'has joined' },
      onExitMedia: { text: 'has left' },
    },
    // It starts with the second caller, and goes on when this one leaves.
    lifetime: { startOnEntry: true, destroyOnExit: false },
  });
  if (state !== State.TRANSFERRED) {
    console.error('the transfer failed:', channel.transferCause);
    await channel.filePlayer.play({ tone: 'BUSY' }, { timeout: 3000 });
    return undefined;
  }
  // Whoever hangs up in the room leaves this function by a Hangup.
  await channel.waitForTransferredCallRetrieval();
  await channel.filePlayer.say('You have left the conference.');
  return room;
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => console.log('came back from', await joinConference(channel)));
  console.log(`waiting for calls on port ${ua.port}`);
}
