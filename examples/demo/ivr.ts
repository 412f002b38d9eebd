/** The program that answers: a prompt, a PIN, a message, and the message played back. */
import type { Channel } from 'offhook';

export interface Visit {
  digits: string;
  /** The recorded message, relative to the media directory. */
  recording: string;
}

/** Runs one call; what it learned is in `visit`, also when the caller hangs up half-way. */
export async function ivr(channel: Channel, visit: Visit, note: (text: string) => void): Promise<void> {
  note('CALL_INCOMING');
  await channel.ring({ duration: 400 });
  await channel.answer();
  note('ANSWERED');

  note('plays enter-pin.wav');
  await channel.filePlayer.play('enter-pin.wav');
  visit.digits = await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 10_000 });
  note(`digits ${visit.digits}`);

  await channel.filePlayer.play('leave-message.wav');
  await channel.filePlayer.play('beep.wav');
  note(`records ${visit.recording}`);
  const cause = await channel.fileRecorder.record(visit.recording, { maxSilence: 1_000, initialSilence: 5_000 });
  note(`recorded: ${cause}`);

  await channel.filePlayer.play('your-message.wav');
  note(`plays ${visit.recording}`);
  await channel.filePlayer.play(visit.recording);
  await channel.filePlayer.play('goodbye.wav');
  // The caller's telephone keeps packets back for a moment before it plays them; what it has not played at the end of the call is lost.
  await channel.sleep(500);
  note('hangs up');
  await channel.hangUp();
}
