import type { Channel } from 'offhook';

/** Welcomes the caller, asks for a department and says its prompt; resolves with the department. */
export async function ivr(channel: Channel): Promise<string> {
  await channel.answer();
  await channel.filePlayer.play('welcome.wav');
  await channel.filePlayer.play('menu.wav', { bargeIn: true });
  const key = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5_000 });
  const department = key === '1' ? 'sales' : 'office';
  await channel.filePlayer.play(`${department}.wav`);
  return department;
}
