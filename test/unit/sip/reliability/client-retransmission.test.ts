import { describe, expect, it } from 'vitest';
import {
  type ClientContext,
  type ClientEffect,
  type ClientInput,
  type ClientState,
  clientDueAt,
  startClient,
  stepClient,
} from '../../../../src/sip/reliability/client-retransmission.state.ts';
import { DEFAULT_TIMINGS } from '../../../../src/sip/reliability/timings.ts';

const context = (invite: boolean, reliable = false): ClientContext => ({ invite, reliable, timings: DEFAULT_TIMINGS });
const response = (status: number): ClientInput => ({ type: 'response', status });

/** Drives a transaction from due time to due time, and notes what it does when. */
function run(
  start: ClientState,
  settings: ClientContext,
): { at: number; effects: readonly ClientEffect[]; phase: string }[] {
  const log: { at: number; effects: readonly ClientEffect[]; phase: string }[] = [];
  let state = start;
  for (let at = clientDueAt(state); at !== undefined; at = clientDueAt(state)) {
    const step = stepClient(state, { type: 'due' }, at, settings);
    state = step.state;
    log.push({ at, effects: step.effects, phase: state.phase });
  }
  return log;
}

function stateAfter(
  settings: ClientContext,
  ...inputs: [number, ClientInput][]
): { state: ClientState; effects: readonly ClientEffect[] } {
  let step: { state: ClientState; effects: readonly ClientEffect[] } = { state: startClient(settings, 0), effects: [] };
  for (const [at, input] of inputs) step = stepClient(step.state, input, at, settings);
  return step;
}

const resends = (log: ReturnType<typeof run>): number[] =>
  log.filter(({ effects }) => effects.includes('resend')).map(({ at }) => at);

describe('a client transaction', () => {
  it('repeats an INVITE after T1, 2·T1, 4·T1 … and gives up after 64·T1 (Timers A and B)', () => {
    const log = run(startClient(context(true), 0), context(true));
    expect(resends(log)).toEqual([500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(log.at(-1)).toEqual({ at: 32_000, effects: ['timeout'], phase: 'terminated' });
  });

  it('repeats another request with intervals up to T2 (Timers E and F)', () => {
    const log = run(startClient(context(false), 0), context(false));
    expect(resends(log)).toEqual([500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(log.at(-1)).toEqual({ at: 32_000, effects: ['timeout'], phase: 'terminated' });
  });

  it('repeats a non-INVITE request every T2 once a provisional response has come', () => {
    const { state } = stateAfter(context(false), [100, response(100)]);
    expect(resends(run(state, context(false)))).toEqual([500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500]);
  });

  it.each([true, false])('repeats nothing on a reliable transport but gives up all the same (INVITE: %s)', (invite) => {
    const log = run(startClient(context(invite, true), 0), context(invite, true));
    expect(log).toEqual([{ at: 32_000, effects: ['timeout'], phase: 'terminated' }]);
  });

  it('waits without limit for the final response to an INVITE that is ringing', () => {
    const { state, effects } = stateAfter(context(true), [100, response(180)]);
    expect(effects).toEqual(['deliver']);
    expect(clientDueAt(state)).toBeUndefined();
    expect(stepClient(state, response(183), 50_000, context(true)).effects).toEqual(['deliver']);
    expect(stepClient(state, { type: 'due' }, 90_000, context(true))).toEqual({ state, effects: [] });
  });

  it('gives up 64·T1 after the CANCEL (§9.1), which a second CANCEL does not prolong', () => {
    const { state } = stateAfter(
      context(true),
      [100, response(180)],
      [1000, { type: 'cancelled' }],
      [5000, { type: 'cancelled' }],
    );
    expect(run(state, context(true))).toEqual([{ at: 33_000, effects: ['timeout'], phase: 'terminated' }]);
  });

  it('is not moved by a CANCEL before any response or after the final one', () => {
    const calling = startClient(context(true), 0);
    expect(stepClient(calling, { type: 'cancelled' }, 10, context(true)).state).toBe(calling);
    const { state } = stateAfter(context(true), [100, response(200)]);
    expect(stepClient(state, { type: 'cancelled' }, 200, context(true)).state).toBe(state);
  });

  it('answers a repeated refusal of an INVITE with the ACK until Timer D ends it', () => {
    const { state, effects } = stateAfter(context(true), [100, response(486)]);
    expect(effects).toEqual(['deliver']);
    expect(stepClient(state, response(486), 600, context(true))).toEqual({ state, effects: ['resendAck'] });
    expect(stepClient(state, response(180), 600, context(true)).effects).toEqual([]);
    expect(run(state, context(true))).toEqual([{ at: 32_100, effects: [], phase: 'terminated' }]);
  });

  it('lets a 2xx pass that comes after a refusal, from another branch of a fork', () => {
    const { state } = stateAfter(context(true), [100, response(486)]);
    expect(stepClient(state, response(200), 600, context(true)).effects).toEqual(['deliver']);
  });

  it('lets every 2xx to an INVITE pass for 64·T1 and nothing else (Timer M of RFC 6026)', () => {
    const { state, effects } = stateAfter(context(true), [100, response(180)], [900, response(200)]);
    expect(effects).toEqual(['deliver']);
    expect(stepClient(state, response(200), 1400, context(true))).toEqual({ state, effects: ['deliver'] });
    expect(stepClient(state, response(180), 1400, context(true)).effects).toEqual([]);
    expect(stepClient(state, response(486), 1400, context(true)).effects).toEqual([]);
    expect(run(state, context(true))).toEqual([{ at: 32_900, effects: [], phase: 'terminated' }]);
  });

  it('absorbs repeated finals of a non-INVITE request for T4 (Timer K)', () => {
    const { state, effects } = stateAfter(context(false), [100, response(200)]);
    expect(effects).toEqual(['deliver']);
    expect(stepClient(state, response(200), 600, context(false))).toEqual({ state, effects: [] });
    expect(run(state, context(false))).toEqual([{ at: 5100, effects: [], phase: 'terminated' }]);
  });

  it('ends at once on a reliable transport, but for a 2xx to INVITE', () => {
    expect(stateAfter(context(true, true), [10, response(486)])).toEqual({
      state: { phase: 'terminated' },
      effects: ['deliver'],
    });
    expect(stateAfter(context(false, true), [10, response(200)])).toEqual({
      state: { phase: 'terminated' },
      effects: ['deliver'],
    });
    expect(stateAfter(context(true, true), [10, response(200)]).state.phase).toBe('accepted');
  });

  it('does nothing when asked too early, and nothing any more once it has ended', () => {
    const start = startClient(context(true), 0);
    expect(stepClient(start, { type: 'due' }, 499, context(true))).toEqual({ state: start, effects: [] });
    const ended: ClientState = { phase: 'terminated' };
    for (const input of [response(200), { type: 'cancelled' }, { type: 'due' }] as ClientInput[]) {
      expect(stepClient(ended, input, 1, context(true))).toEqual({ state: ended, effects: [] });
    }
  });

  it('makes up for a stall of the process with one copy and not with a burst', () => {
    const { state, effects } = stepClient(startClient(context(false), 0), { type: 'due' }, 3000, context(false));
    expect(effects).toEqual(['resend']);
    expect(clientDueAt(state)).toBe(4000);
  });
});
