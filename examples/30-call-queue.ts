/**
 * A call queue: callers wait for agents with music, and are told every half a minute where they stand. Agents call in too (`sip:agent@…`);
 * when one is free, the next caller is put through at once. The agent's keys: 0 records (the caller hears a beep), 5 pauses and goes on, 7
 * keeps the recording, 9 throws it away, # ends the conversation and waits for the next caller.
 */
import { CallQueue, type Channel, UserAgent } from 'offhook';

/** Lets one more take part: an agent when it has called `sip:agent@…`, otherwise a caller. */
export async function takePart(queue: CallQueue, channel: Channel): Promise<void> {
  await channel.answer();
  if (channel.info.requestUri.startsWith('sip:agent@')) {
    await queue.serve(channel, { id: channel.info.from });
    return;
  }
  const { how } = await queue.enter(channel, { timeout: 600_000 });
  if (how === 'TIMEOUT') await channel.filePlayer.say('Nobody is free at the moment. Please call again later.');
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({
    port: Number(process.argv[2] ?? 5060),
    mediaDirectory,
    sounds: { directories: `${mediaDirectory}/queue` },
  });
  const queue = new CallQueue(ua, { music: 'queue/music.wav' });
  ua.onCall((channel) => takePart(queue, channel));
  queue.on('recorded', (file) => console.log('recorded', file));
  setInterval(() => console.log(queue.metrics), 10_000).unref();
  console.log(`waiting for callers and agents on port ${ua.port}`);
}
