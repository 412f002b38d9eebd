/** Stops like a good service: on SIGTERM no new call is taken, and those that are up may end in peace, within limits. */
import type { EventEmitter } from 'node:events';
import { type Channel, UserAgent } from 'offhook';

/** A call of some length. */
export async function talk(channel: Channel): Promise<void> {
  await channel.answer();
  await channel.filePlayer.play('leave-message.wav');
  await channel.filePlayer.play('goodbye.wav');
}

/** Resolves when a signal has come and the last call is over, or the grace is. A second signal cuts the grace short. */
export function stopOnSignal(ua: UserAgent, graceMs: number, signals: EventEmitter = process): Promise<void> {
  return new Promise((resolve) => {
    let grace = graceMs;
    const stop = (): void => {
      resolve(ua.stop({ grace }));
      grace = 0;
    };
    signals.on('SIGTERM', stop);
    signals.on('SIGINT', stop);
  });
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(talk);
  const stopped = stopOnSignal(ua, 30_000);
  console.log(`waiting for calls on port ${ua.port}; stop with: kill ${process.pid}`);
  await stopped;
  console.log('all calls are over');
}
