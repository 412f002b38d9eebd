import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callersAhead,
  emptyQueue,
  type Pair,
  type QueueInput,
  type QueueState,
  stepQueue,
} from '../../../../src/channel/queue/queue.state.ts';

const enter = (id: string, priority = 0, skills: readonly string[] = []): QueueInput => ({
  type: 'enter',
  caller: { id, priority, skills },
});
const signIn = (id: string, priority = 0, skills: readonly string[] = []): QueueInput => ({
  type: 'sign-in',
  agent: { id, priority, skills },
});
const free = (agent: string): QueueInput => ({ type: 'free', agent });

/** Takes inputs a second apart. */
function run(...inputs: readonly QueueInput[]): { readonly state: QueueState; readonly pairs: readonly string[] } {
  let state = emptyQueue;
  const pairs: string[] = [];
  inputs.forEach((input, second) => {
    const step = stepQueue(state, input, second * 1000);
    state = step.state;
    pairs.push(...step.pairs.map(({ caller, agent }) => `${caller.id}-${agent.id}`));
  });
  return { state, pairs };
}

const waiting = ({ callers }: QueueState): readonly string[] => callers.map(({ id }) => id);
const statuses = ({ agents }: QueueState): readonly string[] => agents.map(({ id, status }) => `${id} ${status}`);

describe('a queue of callers', () => {
  it('gives callers agents in the order in which both came', () => {
    const { pairs, state } = run(enter('a'), enter('b'), enter('c'), signIn('x'), signIn('y'));
    expect(pairs).toEqual(['a-x', 'b-y']);
    expect(waiting(state)).toEqual(['c']);
    expect(statuses(state)).toEqual(['x TALKING', 'y TALKING']);
  });

  it('puts an agent that is through with a caller to the back', () => {
    const { pairs } = run(
      signIn('x'),
      signIn('y'),
      signIn('z'),
      enter('a'),
      free('x'),
      enter('b'),
      enter('c'),
      enter('d'),
    );
    expect(pairs).toEqual(['a-x', 'b-y', 'c-z', 'd-x']);
  });

  it('serves higher priority first, and the same in the order of coming', () => {
    const { pairs, state } = run(enter('a'), enter('b', 5), enter('c', 5), enter('d', 9), signIn('x'), free('x'));
    expect(pairs).toEqual(['d-x', 'b-x']);
    expect(waiting(state)).toEqual(['c', 'a']);
  });

  it('takes the agent of highest priority, and of those the one that has been free longest', () => {
    expect(run(signIn('x'), signIn('y', 2), signIn('z', 2), enter('a'), enter('b'), enter('c')).pairs).toEqual([
      'a-y',
      'b-z',
      'c-x',
    ]);
  });

  it('lets nobody wait behind a caller for whom no agent has the skills', () => {
    const { pairs, state } = run(
      enter('a', 0, ['french']),
      enter('b', 0, ['sales']),
      signIn('x', 0, ['sales', 'german']),
      free('x'),
      signIn('y', 0, ['french']),
    );
    expect(pairs).toEqual(['b-x', 'a-y']);
    expect(state.callers).toEqual([]);
  });

  it('leaves an agent alone until it is free again', () => {
    const before = run(signIn('x'), enter('a'), { type: 'wrap-up', agent: 'x' }, enter('b'));
    expect(before.pairs).toEqual(['a-x']);
    expect(statuses(before.state)).toEqual(['x WRAP_UP']);
    expect(stepQueue(before.state, free('x'), 9000).pairs).toMatchObject([{ caller: { id: 'b' }, agent: { id: 'x' } }]);
  });

  it('gives a paused agent nobody, and one that talks is paused when it is through', () => {
    const paused = run(signIn('x'), { type: 'pause', agent: 'x' }, enter('a'));
    expect(paused.pairs).toEqual([]);
    expect(stepQueue(paused.state, { type: 'resume', agent: 'x' }, 9000).pairs).toHaveLength(1);
    const talking = run(signIn('x'), enter('a'), { type: 'pause', agent: 'x' }, free('x'), enter('b'));
    expect(talking.pairs).toEqual(['a-x']);
    expect(statuses(talking.state)).toEqual(['x PAUSED']);
    expect(
      run(signIn('x'), enter('a'), { type: 'pause', agent: 'x' }, { type: 'resume', agent: 'x' }, free('x'), enter('b'))
        .pairs,
    ).toEqual(['a-x', 'b-x']);
  });

  it('lets those behind move up when somebody leaves', () => {
    const { state } = run(enter('a'), enter('b'), enter('c'), { type: 'leave', caller: 'a' });
    expect(['a', 'b', 'c'].map((id) => callersAhead(state, id))).toEqual([-1, 0, 1]);
  });

  it('puts a caller whose agent was gone back to where it was', () => {
    const first = run(enter('a'), enter('b'), signIn('x'));
    const [pair] = stepQueue(run(enter('a'), enter('b')).state, signIn('x'), 5000).pairs;
    const gone = stepQueue(first.state, { type: 'sign-out', agent: 'x' }, 6000).state;
    const { state } = stepQueue(gone, { type: 'return', caller: (pair as Pair).caller }, 7000);
    expect(waiting(state)).toEqual(['a', 'b']);
  });

  it('takes the same caller and the same agent once', () => {
    const { state } = run(enter('a'), enter('a'), signIn('x', 0, []), free('x'), signIn('x'), signIn('x'));
    expect(waiting(state)).toEqual([]);
    expect(state.agents).toHaveLength(1);
  });

  it('changes nothing for what makes no sense', () => {
    const { state } = run(enter('a', 0, ['z']), signIn('x'));
    for (const type of ['free', 'wrap-up', 'resume'] as const) {
      expect(stepQueue(state, { type, agent: 'x' }, 9000).state).toEqual(state);
    }
    for (const type of ['free', 'wrap-up', 'resume', 'pause', 'sign-out'] as const) {
      expect(stepQueue(state, { type, agent: 'nobody' }, 9000).state).toEqual(state);
    }
    expect(stepQueue(state, { type: 'leave', caller: 'nobody' }, 9000).state).toEqual(state);
  });

  it('whatever happens: nobody talks to two, nobody waits while an agent that fits is free', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const skills = fc.subarray(['s', 't']);
    const priority = fc.integer({ min: 0, max: 2 });
    const input: fc.Arbitrary<QueueInput> = fc.oneof(
      fc.record({ type: fc.constant('enter' as const), caller: fc.record({ id, priority, skills }) }),
      fc.record({ type: fc.constant('leave' as const), caller: id }),
      fc.record({ type: fc.constant('sign-in' as const), agent: fc.record({ id, priority, skills }) }),
      fc.record({ type: fc.constantFrom('sign-out', 'wrap-up', 'free', 'pause', 'resume'), agent: id }),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        let state = emptyQueue;
        inputs.forEach((each, at) => {
          const { state: after, pairs } = stepQueue(state, each, at);
          for (const { caller, agent } of pairs) {
            expect(caller.skills.every((skill) => agent.skills.includes(skill))).toBe(true);
            expect(after.callers.map((one) => one.id)).not.toContain(caller.id);
          }
          for (const caller of after.callers) {
            const fitting = after.agents.filter(
              (agent) => agent.status === 'FREE' && caller.skills.every((skill) => agent.skills.includes(skill)),
            );
            expect(fitting).toEqual([]);
          }
          expect(new Set(after.agents.map((agent) => agent.id)).size).toBe(after.agents.length);
          expect(
            after.agents.every(
              ({ status, caller }) => (status === 'TALKING') === (caller !== undefined) || status === 'WRAP_UP',
            ),
          ).toBe(true);
          state = after;
        });
      }),
    );
  });
});
