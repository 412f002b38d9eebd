/** A reminder that knows whether a person or a machine has answered: it waits for the beep before it speaks to a machine. */
import { type Channel, FarEndType, State, UserAgent } from 'offhook';

export type Reminded = 'person' | 'machine' | 'nobody';

export async function remind(channel: Channel, to: string): Promise<Reminded> {
  // Resolves when it is known who has answered, or after seven seconds.
  const state = await channel.call(to, { timeout: 30_000, detectMachine: true });
  if (state !== State.ANSWERED) return 'nobody';
  const isMachine = channel.info.farEndType === FarEndType.ANSWER_MACHINE;
  if (channel.info.farEndType === FarEndType.FAX_MACHINE) return 'nobody';
  if (isMachine) await channel.waitForAnswerMachine();
  await channel.filePlayer.play('your-message.wav');
  await channel.hangUp();
  return isMachine ? 'machine' : 'person';
}

if (import.meta.main) {
  const to = process.argv[2];
  if (to === undefined) throw new Error('whom to remind? node examples/18-answering-machine.ts sip:alice@192.0.2.1');
  await using ua = await UserAgent.start({ port: 0, mediaDirectory: `${import.meta.dirname}/media` });
  await using channel = ua.channel();
  console.log('reminded', await remind(channel, to));
}
