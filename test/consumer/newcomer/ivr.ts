import type { Channel } from 'offhook';

export type Result = 'no-language' | 'no-account' | 'no-message' | 'kept';

const LANGUAGES: Record<string, string> = { '1': 'en', '2': 'de' };

/** Three steps: a language, an account number, a message. */
export async function ivr(channel: Channel, isAccount = (number: string) => number === '1234'): Promise<Result> {
  await channel.answer();
  await channel.filePlayer.play('greeting.wav');

  const language = await askLanguage(channel);
  if (language === undefined) return await goodbye(channel, 'en', 'no-language');

  if (!(await askAccount(channel, language, isAccount))) return await goodbye(channel, language, 'no-account');

  return await goodbye(channel, language, (await leaveMessage(channel, language)) ? 'kept' : 'no-message');
}

async function askLanguage(channel: Channel): Promise<string | undefined> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    await channel.filePlayer.play('language.wav', { bargeIn: true });
    const key = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5_000 });
    const language = LANGUAGES[key];
    if (language !== undefined) return language;
  }
  return undefined;
}

async function askAccount(
  channel: Channel,
  language: string,
  isAccount: (number: string) => boolean,
): Promise<boolean> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    await channel.filePlayer.play(`${language}/account.wav`, { bargeIn: true });
    const digits = await channel.dtmfDetector.getDigits({
      end: '#',
      predigitsTimeout: 5_000,
      interdigitTimeout: 3_000,
    });
    const number = digits.replace(/#$/, '');
    if (/^\d{4}$/.test(number) && isAccount(number)) return true;
    await channel.filePlayer.play(`${language}/wrong.wav`, { bargeIn: true });
  }
  return false;
}

async function leaveMessage(channel: Channel, language: string): Promise<boolean> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    await channel.filePlayer.play(`${language}/record.wav`, { bargeIn: true });
    await channel.fileRecorder.record('message.wav', { bargeIn: '#', maxSilence: 3_000, timeout: 300_000 });
    channel.dtmfDetector.clearDigits(); // the # that ended it
    await channel.filePlayer.play('message.wav', { bargeIn: true });
    await channel.filePlayer.play(`${language}/keep.wav`, { bargeIn: true });
    const key = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5_000 });
    if (key === '1') return true;
    if (key === '') return false;
  }
  return false;
}

async function goodbye(channel: Channel, language: string, result: Result): Promise<Result> {
  await channel.filePlayer.play(`${language}/goodbye.wav`);
  await channel.hangUp();
  return result;
}
