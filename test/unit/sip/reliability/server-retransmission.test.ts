import { describe, expect, it } from 'vitest';
import {
  type ServerContext,
  type ServerEffect,
  type ServerInput,
  type ServerState,
  serverDueAt,
  startServer,
  stepServer,
} from '../../../../src/sip/reliability/server-retransmission.state.ts';
import { DEFAULT_TIMINGS } from '../../../../src/sip/reliability/timings.ts';

const context = (invite: boolean, reliable = false): ServerContext => ({ invite, reliable, timings: DEFAULT_TIMINGS });
const response = (status: number): ServerInput => ({ type: 'response', status });
const repeated: ServerInput = { type: 'repeated' };
const ack: ServerInput = { type: 'ack' };

function stateAfter(
  settings: ServerContext,
  ...inputs: [number, ServerInput][]
): { state: ServerState; effects: readonly ServerEffect[] } {
  let step: { state: ServerState; effects: readonly ServerEffect[] } = { state: startServer(settings, 0), effects: [] };
  for (const [at, input] of inputs) step = stepServer(step.state, input, at, settings);
  return step;
}

function run(start: ServerState, settings: ServerContext): { resends: number[]; endedAt: number | undefined } {
  const resends: number[] = [];
  let endedAt: number | undefined;
  let state = start;
  for (let at = serverDueAt(state); at !== undefined; at = serverDueAt(state)) {
    const step = stepServer(state, { type: 'due' }, at, settings);
    state = step.state;
    if (step.effects.includes('resend')) resends.push(at);
    endedAt = at;
  }
  return { resends, endedAt };
}

describe('a server transaction', () => {
  it('keeps an INVITE while it rings, and repeats the last provisional response when the INVITE is repeated', () => {
    const { state, effects } = stateAfter(context(true), [10, response(180)]);
    expect(effects).toEqual(['send']);
    expect(serverDueAt(state)).toBeUndefined();
    expect(stepServer(state, repeated, 500, context(true))).toEqual({ state, effects: ['resend'] });
  });

  it('repeats the refusal of an INVITE after T1, 2·T1 … up to T2, for 64·T1 (Timers G and H)', () => {
    const { state, effects } = stateAfter(context(true), [0, response(486)]);
    expect(effects).toEqual(['send']);
    expect(run(state, context(true))).toEqual({
      resends: [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
      endedAt: 32_000,
    });
    expect(stepServer(state, repeated, 200, context(true)).effects).toEqual(['resend']);
  });

  it('hands the first ACK of a refusal up and absorbs more of them for T4 (Timer I)', () => {
    const { state, effects } = stateAfter(context(true), [0, response(486)], [100, ack]);
    expect(effects).toEqual(['deliverAck']);
    expect(stepServer(state, ack, 200, context(true))).toEqual({ state, effects: [] });
    expect(stepServer(state, repeated, 200, context(true))).toEqual({ state, effects: [] });
    expect(run(state, context(true))).toEqual({ resends: [], endedAt: 5100 });
  });

  it('leaves the repetition of a 2xx to the dialog and absorbs repeated INVITEs for 64·T1 (Timer L of RFC 6026)', () => {
    const { state, effects } = stateAfter(context(true), [0, response(200)]);
    expect(effects).toEqual(['send']);
    expect(stepServer(state, repeated, 500, context(true))).toEqual({ state, effects: [] });
    expect(stepServer(state, response(200), 500, context(true))).toEqual({ state, effects: ['send'] });
    expect(stepServer(state, response(500), 500, context(true))).toEqual({ state, effects: [] });
    expect(run(state, context(true))).toEqual({ resends: [], endedAt: 32_000 });
  });

  it('hands up an ACK with the branch of the accepted INVITE, as some peers send it', () => {
    const { state } = stateAfter(context(true), [0, response(200)]);
    expect(stepServer(state, ack, 100, context(true))).toEqual({ state, effects: ['deliverAck'] });
  });

  it('repeats the answer to a non-INVITE request for 64·T1 (Timer J)', () => {
    const { state } = stateAfter(context(false), [10, response(200)]);
    expect(stepServer(state, repeated, 500, context(false))).toEqual({ state, effects: ['resend'] });
    expect(stepServer(state, response(200), 500, context(false))).toEqual({ state, effects: [] });
    expect(run(state, context(false))).toEqual({ resends: [], endedAt: 32_010 });
  });

  it('forgets a non-INVITE request that nobody answers when its sender has given up', () => {
    expect(run(startServer(context(false), 0), context(false))).toEqual({ resends: [], endedAt: 32_000 });
  });

  it('repeats nothing on a reliable transport, waits for the ACK of a refusal, and keeps no answered request', () => {
    expect(run(stateAfter(context(true, true), [0, response(486)]).state, context(true, true))).toEqual({
      resends: [],
      endedAt: 32_000,
    });
    expect(stateAfter(context(true, true), [0, response(486)], [10, ack])).toEqual({
      state: { phase: 'terminated' },
      effects: ['deliverAck'],
    });
    expect(stateAfter(context(false, true), [0, response(200)])).toEqual({
      state: { phase: 'terminated' },
      effects: ['send'],
    });
  });

  it('swallows an ACK that comes too early or too late', () => {
    expect(stateAfter(context(true), [10, ack]).effects).toEqual([]);
    expect(stateAfter(context(true), [0, response(486)], [10, ack], [20, ack]).effects).toEqual([]);
  });

  it('sends no second final response', () => {
    expect(stateAfter(context(true), [0, response(486)], [10, response(200)]).effects).toEqual([]);
    expect(stateAfter(context(true), [0, response(486)], [10, ack], [20, response(200)]).effects).toEqual([]);
  });

  it('does nothing once it has ended, or when asked too early', () => {
    const ended: ServerState = { phase: 'terminated' };
    for (const input of [repeated, ack, response(200), { type: 'due' }] as ServerInput[]) {
      expect(stepServer(ended, input, 1, context(true))).toEqual({ state: ended, effects: [] });
    }
    const { state } = stateAfter(context(true), [0, response(486)]);
    expect(stepServer(state, { type: 'due' }, 499, context(true))).toEqual({ state, effects: [] });
  });
});
