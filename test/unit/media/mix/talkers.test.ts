import { beforeEach, describe, expect, it } from 'vitest';
import { type TalkEvent, Talkers } from '../../../../src/media/mix/talkers.state.ts';

let told: string[];
let talkers: Talkers;
beforeEach(() => {
  told = [];
  talkers = new Talkers((event: TalkEvent) => {
    told.push(
      event.kind === 'loudest'
        ? `loudest ${event.call ?? 'nobody'}`
        : `${event.call} ${event.isTalking ? 'talks' : 'is silent'}`,
    );
  });
});

/** Lets time pass, in which each says something of its level. */
function pass(ms: number, levels: Readonly<Record<number, number>>): void {
  for (let passed = 0; passed < ms; passed += 20) {
    for (const [call, level] of Object.entries(levels)) talkers.frame(Number(call), level);
  }
}

describe('who talks', () => {
  it('is told once, when it begins and when it has been silent for a while', () => {
    pass(200, { 1: -127, 2: -127 });
    expect(told).toEqual([]);
    pass(1000, { 1: -20, 2: -127 });
    expect(told).toEqual(['1 talks', 'loudest 1']);
    pass(560, { 1: -127, 2: -127 });
    expect(told).toHaveLength(2);
    pass(100, { 1: -127, 2: -127 });
    expect(told.slice(2)).toEqual(['1 is silent', 'loudest nobody']);
  });

  it('is not told for words and pauses, however often they change', () => {
    for (let word = 0; word < 50; word++) {
      pass(20 + ((word * 60) % 300), { 1: -20 });
      pass(20 + ((word * 100) % 500), { 1: -127 });
    }
    expect(told).toEqual(['1 talks', 'loudest 1']);
  });

  it('is not told for a click', () => {
    for (let click = 0; click < 10; click++) {
      pass(20, { 1: -10 });
      pass(200, { 1: -127 });
    }
    expect(told).toEqual([]);
  });
});

describe('who is the loudest', () => {
  it('changes when somebody else is louder for a while, and not back and forth', () => {
    pass(1000, { 1: -20, 2: -127 });
    told.length = 0;
    pass(1000, { 1: -30, 2: -20 });
    expect(told).toEqual(['2 talks', 'loudest 2']);
    told.length = 0;
    for (let turn = 0; turn < 50; turn++) pass(100, turn % 2 ? { 1: -20, 2: -26 } : { 1: -26, 2: -20 });
    expect(told).toEqual([]);
  });

  it('is another one of those who talk when it falls silent, leaves or is muted', () => {
    pass(1000, { 1: -10, 2: -30, 3: -20 });
    expect(told).toEqual(['1 talks', 'loudest 1', '2 talks', '3 talks']);
    told.length = 0;
    talkers.gone(1);
    expect(told).toEqual(['1 is silent', 'loudest 3']);
    told.length = 0;
    pass(1000, { 2: -30, 3: -127 });
    expect(told).toEqual(['loudest 2', '3 is silent']);
    talkers.gone(2);
    talkers.gone(2);
    talkers.gone(9);
    expect(told.slice(2)).toEqual(['2 is silent', 'loudest nobody']);
  });
});
