import { expect } from 'vitest';
import type { Arrival, Bearer, Ear, FarEnd } from './bearer.ts';

/** More than what is still on its way when somebody begins to listen. */
const HEARD_MS = 150;
/** Of 600 ms. */
const HEARD_ENOUGH_MS = 400;

/** Who hears something while `run` runs, as places in a list. */
export async function whoHears(all: readonly Arrival[], run: () => Promise<unknown>): Promise<readonly number[]> {
  const ears: Ear[] = [];
  for (const { farEnd } of all) ears.push(await farEnd.listen());
  await run();
  const heard: number[] = [];
  for (const ear of ears) heard.push(await ear.heardMs());
  return heard.flatMap((ms, index) => (ms > HEARD_MS ? index : []));
}

/** Has a far end make itself heard for so long, and whoever listens hear all of it. */
export async function speakAloud(bearer: Bearer, farEnd: FarEnd, ms = 400): Promise<void> {
  await farEnd.speak(ms);
  await farEnd.spoken();
  await bearer.elapse(200);
}

/** Has each of two far ends speak for 600 ms: the other one hears it, and it does not hear itself. For how long each was heard. */
export async function expectToHearEachOther(bearer: Bearer, one: FarEnd, other: FarEnd): Promise<readonly number[]> {
  const heard: number[] = [];
  for (const [speaker, listener] of [
    [one, other],
    [other, one],
  ] as const) {
    const ears = [await speaker.listen(), await listener.listen()] as const;
    await speakAloud(bearer, speaker, 600);
    expect(await ears[0].heardMs()).toBe(0);
    heard.push(await ears[1].heardMs());
  }
  expect(Math.min(...heard)).toBeGreaterThan(HEARD_ENOUGH_MS);
  return heard;
}
