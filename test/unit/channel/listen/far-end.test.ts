import { describe, expect, it } from 'vitest';
import { FarEndGuess } from '../../../../src/channel/listen/far-end.state.ts';

type Sound = readonly ['says' | 'beeps' | 'silent' | 'CNG' | 'CED' | 'SIT' | 'BUSY', number];

/** Lets it hear this, one after the other from the answer on. @returns what it decided, and when. */
function guess(...sounds: readonly Sound[]): string {
  const far = new FarEndGuess({ longestGreeting: 1800, greetingSilence: 800 });
  const events: (readonly [at: number, run: (now: number) => void])[] = [];
  let at = 0;
  for (const [what, ms] of sounds) {
    const from = at;
    at += ms;
    if (what === 'silent') continue;
    if (what === 'says') {
      events.push([from + 60, (now) => far.speech(true, 60, now)]);
      events.push([at + 200, (now) => far.speech(false, 200, now)]);
      continue;
    }
    const tone = what === 'beeps' ? 'BEEP' : what;
    events.push([from + Math.min(ms, 200), (now) => far.tone({ tone, isOver: false }, now)]);
    events.push([at + 60, (now) => far.tone({ tone, isOver: true }, now)]);
  }
  events.sort(([one], [other]) => one - other);
  for (let now = 0; now <= 7000; now += 20) {
    while ((events[0]?.[0] ?? Number.POSITIVE_INFINITY) <= now) events.shift()?.[1](now);
    if (now >= far.deadline) far.decide(now);
    if (far.decision) return `${far.decision} at ${now}`;
  }
  return 'UNKNOWN';
}

describe('who answered', () => {
  it.each([
    [
      'says hello',
      'LIVE at 2000',
      [
        ['silent', 500],
        ['says', 700],
      ],
    ],
    [
      'says a name in two parts',
      'LIVE at 3000',
      [
        ['silent', 500],
        ['says', 600],
        ['silent', 400],
        ['says', 700],
      ],
    ],
    [
      'has a long greeting',
      'ANSWER_MACHINE at 2500',
      [
        ['silent', 500],
        ['says', 5000],
      ],
    ],
    [
      'has a long greeting with breath',
      'ANSWER_MACHINE at 2500',
      [
        ['silent', 500],
        ['says', 1200],
        ['silent', 700],
        ['says', 2000],
      ],
    ],
    [
      'says little and beeps',
      'ANSWER_MACHINE at 1600',
      [
        ['silent', 500],
        ['says', 700],
        ['silent', 200],
        ['beeps', 300],
      ],
    ],
    [
      'only beeps',
      'ANSWER_MACHINE at 2060',
      [
        ['silent', 1000],
        ['beeps', 300],
      ],
    ],
    [
      'is a fax machine',
      'FAX_MACHINE at 1200',
      [
        ['silent', 1000],
        ['CED', 2600],
      ],
    ],
    [
      'calls like a fax machine',
      'FAX_MACHINE at 1200',
      [
        ['silent', 1000],
        ['CNG', 500],
      ],
    ],
    ['says nothing', 'UNKNOWN', []],
    [
      'is busy after all',
      'UNKNOWN',
      [
        ['beeps', 500],
        ['silent', 500],
        ['beeps', 500],
        ['silent', 500],
        ['beeps', 500],
        ['BUSY', 3000],
      ],
    ],
  ] as const)('%s: %s', (_name, decision, sounds) => {
    expect(guess(...sounds)).toBe(decision);
  });
});
