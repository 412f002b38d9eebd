import { FliteSpeech } from '../src/speech/flite/flite-speech.ts';

/** Has text spoken without a pause, as fast as the thread for it can. @returns what ends that */
export function speakAllTheTime(): () => Promise<void> {
  const enough = new AbortController();
  const { signal } = enough;
  const flite = new FliteSpeech();
  const speaking = (async () => {
    while (!signal.aborted) {
      const { audio } = flite.synthesize('Your number in the queue of callers is now seven.', { rate: 1, signal });
      for await (const _piece of audio);
    }
  })().catch(() => undefined);
  return async () => {
    enough.abort();
    await speaking;
    await flite.close();
  };
}
