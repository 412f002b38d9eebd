/** A mailbox that takes messages: `#` ends the greeting and the recording and keeps the message, `*` records it again. */
import { type Channel, RecorderCause, type Sounds, UserAgent } from 'offhook';

/** What this mailbox says. */
const SOUNDS = ['vm-intro', 'vm-review', 'thank-you'];

/**
 * Looks before the first call whether everything is there to be said, in this language.
 *
 * @throws ChannelError `SOUND_NOT_FOUND`, or `SOUND_LANGUAGE_MISSING` when it is there in other languages only.
 */
export function requireSounds(sounds: Pick<Sounds, 'require'>, language: string): void {
  for (const id of SOUNDS) sounds.require(id, { language });
}

/** Resolves with the name of the recording; with nothing when the caller said nothing. Who hangs up after speaking has left a message. */
export async function takeVoicemail(channel: Channel, mailbox: string): Promise<string | undefined> {
  await channel.answer();
  await channel.filePlayer.play('sound:vm-intro', { bargeIn: '#' });
  const name = `voicemail/${mailbox}/${channel.id}`;
  for (;;) {
    channel.dtmfDetector.clearDigits();
    const message = await channel.fileRecorder.start(`${name}.wav`, {
      beep: true,
      bargeIn: '#*',
      maxSilence: 5_000,
      timeout: 120_000,
    });
    const cause = await message.finished;
    if (cause === RecorderCause.HANGUP) return message.audioDetected ? name : undefined;
    const key = cause === RecorderCause.BARGEIN ? await nextKey(channel) : '';
    if (key === '*') continue;
    if (!message.audioDetected) return undefined;
    await channel.filePlayer.play(['sound:vm-review', { recording: name }], { bargeIn: '#*' });
    if ((await nextKey(channel)) !== '*') break;
  }
  await channel.filePlayer.play('sound:thank-you');
  return name;
}

/** The key that was or is pressed; empty when there is none for a while: then the message is kept. */
function nextKey(channel: Channel): Promise<string> {
  return channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 10_000 });
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({
    port: Number(process.argv[2] ?? 5060),
    mediaDirectory,
    language: process.argv[3] ?? 'en',
    sounds: { directories: `${mediaDirectory}/sounds` },
  });
  requireSounds(ua.sounds, process.argv[3] ?? 'en');
  ua.onCall(async (channel) => {
    const name = await takeVoicemail(channel, '305');
    console.log(name === undefined ? 'no message' : `message ${name}`);
  });
  console.log(`waiting for calls on port ${ua.port}`);
}
