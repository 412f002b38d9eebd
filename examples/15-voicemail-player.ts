/**
 * The other side of a mailbox: listening to what is in it. While a message plays, 1 goes back, 2 pauses and goes on, 3 goes forward,
 * 4 is the message before, 5 plays it from its beginning, 6 is the next one, * deletes it, # ends the call.
 */
import { type Channel, type Playback, PlaybackState, UserAgent } from 'offhook';

export interface PlayerSettings {
  /** How far keys 1 and 3 go, in milliseconds. Default 3000. */
  readonly skip?: number;
}

export async function playVoicemail(channel: Channel, mailbox: string, settings: PlayerSettings = {}): Promise<void> {
  await channel.answer();
  const recordings = await channel.recordings.list({ prefix: `voicemail/${mailbox}` });
  // Messages keep their numbers when others are deleted.
  const messages = recordings.map(({ name }, index) => ({ name, number: index + 1 }));
  for (let index = 0; messages.length > 0; ) {
    const message = messages[index];
    if (!message) break;
    const { name, number } = message;
    await channel.filePlayer.play(['sound:vm-message', { number }], { bargeIn: '#' });
    channel.dtmfDetector.clearDigits();
    const key = await listen(channel, await channel.filePlayer.start({ recording: name }, settings));
    if (key === '#') return;
    if (key === '6') index = (index + 1) % messages.length;
    if (key === '4') index = (index + messages.length - 1) % messages.length;
    if (key === '*') {
      await channel.recordings.delete(name);
      messages.splice(index, 1);
      if (index === messages.length) index = 0;
    }
  }
  await channel.filePlayer.play('sound:vm-nomore');
}

/** Obeys the keys that are about this message, also when it has been played to its end; resolves with the first one that is not. */
async function listen(channel: Channel, message: Playback): Promise<string> {
  await using _ = message;
  for await (const key of channel.digits()) {
    if (key === '1') await message.rewind();
    if (key === '2') await (message.state === PlaybackState.PAUSED ? message.resume() : message.pause());
    if (key === '3') await message.forward();
    if (key === '5') await message.restart();
    if ('46*#'.includes(key)) return key;
  }
  return '#';
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({
    port: Number(process.argv[2] ?? 5060),
    mediaDirectory,
    sounds: { directories: `${mediaDirectory}/sounds` },
  });
  ua.onCall((channel) => playVoicemail(channel, '305', { skip: Number(process.argv[3] ?? 3_000) }));
  console.log(`waiting for calls on port ${ua.port}`);
}
