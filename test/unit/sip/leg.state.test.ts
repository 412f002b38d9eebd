import { describe, expect, it } from 'vitest';
import type { HangupInfo } from '../../../src/errors.ts';
import { type LegInput, type LegPhase, stepLeg } from '../../../src/sip/leg.state.ts';

const info: HangupInfo = { by: 'local', text: 'why' };

const INPUTS: readonly LegInput[] = [
  { type: 'accept' },
  { type: 'ack' },
  { type: 'ack-timeout', info },
  { type: 'cancel', info },
  { type: 'provisional' },
  { type: 'success' },
  { type: 'failure', info },
  { type: 'cancel-timeout' },
  { type: 'bye', info },
  { type: 'bye-done' },
  { type: 'lost', info },
  { type: 'release', info },
];

/** Everything that changes something: phase, input, next phase, effects. All else leaves the leg as it is. */
const TABLE: readonly [LegPhase, LegInput['type'], LegPhase, string][] = [
  ['incoming', 'accept', 'accepted', 'send-200'],
  ['incoming', 'release', 'ended', 'refuse end'],
  ['incoming', 'cancel', 'ended', 'terminate-invite end'],
  ['incoming', 'bye', 'ended', 'terminate-invite end'],
  ['incoming', 'lost', 'ended', 'terminate-invite end'],
  ['accepted', 'ack', 'confirmed', 'established'],
  ['accepted', 'ack-timeout', 'ended', 'bye end'],
  ['accepted', 'bye', 'ended', 'end'],
  ['accepted', 'release', 'closing', 'leave'],
  ['accepted', 'lost', 'closing', 'end'],
  ['closing', 'ack', 'leaving', 'bye'],
  ['closing', 'ack-timeout', 'leaving', 'bye'],
  ['closing', 'bye', 'ended', 'gone'],
  ['calling', 'provisional', 'proceeding', 'report-progress'],
  ['calling', 'success', 'confirmed', 'acknowledge'],
  ['calling', 'failure', 'ended', 'end'],
  ['calling', 'release', 'cancelling', 'cancel end'],
  ['calling', 'bye', 'cancelling', 'cancel end'],
  ['calling', 'lost', 'cancelling', 'cancel end'],
  ['proceeding', 'provisional', 'proceeding', 'report-progress'],
  ['proceeding', 'success', 'confirmed', 'acknowledge'],
  ['proceeding', 'failure', 'ended', 'end'],
  ['proceeding', 'release', 'cancelling', 'cancel end'],
  ['proceeding', 'bye', 'cancelling', 'cancel end'],
  ['proceeding', 'lost', 'cancelling', 'cancel end'],
  ['cancelling', 'success', 'ended', 'acknowledge-and-bye'],
  ['cancelling', 'failure', 'ended', ''],
  ['cancelling', 'cancel-timeout', 'ended', ''],
  ['confirmed', 'bye', 'ended', 'end'],
  ['confirmed', 'release', 'leaving', 'leave bye'],
  ['confirmed', 'lost', 'ended', 'bye end'],
  ['confirmed', 'success', 'confirmed', 'acknowledge-and-bye'],
  ['leaving', 'bye-done', 'ended', 'gone'],
  ['leaving', 'bye', 'ended', 'gone'],
  ['leaving', 'success', 'leaving', 'acknowledge-and-bye'],
  ['ended', 'success', 'ended', 'acknowledge-and-bye'],
];

const PHASES = [...new Set(TABLE.map(([phase]) => phase))];
const every = PHASES.flatMap((phase) => INPUTS.map((input) => ({ phase, input, name: input.type })));

describe('the life of a leg', () => {
  it.each(every)('$phase, $name', ({ phase, input }) => {
    const [, , next, effects] = TABLE.find(([from, type]) => from === phase && type === input.type) ?? [
      phase,
      input.type,
      phase,
      '',
    ];
    const step = stepLeg(phase, input);
    expect(step.phase).toBe(next);
    expect(step.effects.map(({ type }) => type).join(' ')).toBe(effects);
    for (const effect of step.effects)
      if (effect.type === 'end' || effect.type === 'leave') expect(effect.info).toBe(info);
  });

  it('ends once, whatever comes in whatever order', () => {
    for (const start of ['incoming', 'calling'] as const) {
      for (const seed of Array.from({ length: 500 }, (_, index) => index)) {
        let phase: LegPhase = start;
        let ends = 0;
        let random = seed + 1;
        for (let turn = 0; turn < 12; turn += 1) {
          random = (random * 48_271) % 2_147_483_647;
          const step = stepLeg(phase, INPUTS[random % INPUTS.length] as LegInput);
          ends += step.effects.filter(({ type }) => type === 'end' || type === 'leave').length;
          phase = step.phase;
        }
        expect(ends).toBeLessThanOrEqual(1);
      }
    }
  });
});
