import { describe, expect, it } from 'vitest';
import {
  type AnsweredName,
  type CallInput,
  type CallState,
  noCallYet,
  shownCause,
  shownState,
  step,
} from '../../../src/channel/call.state.ts';
import type { HangupInfo } from '../../../src/errors.ts';

const REMOTE: HangupInfo = { by: 'remote', text: 'BYE' };
const LOCAL: HangupInfo = { by: 'local', text: 'ours' };
const RELEASE: CallInput = { type: 'release', cause: 'REJECTED', hangup: LOCAL, release: { status: 603 } };

const INPUTS: readonly CallInput[] = [
  { type: 'incoming' },
  { type: 'ring' },
  { type: 'answer' },
  { type: 'acknowledged' },
  { type: 'dial' },
  { type: 'progress', status: 180 },
  { type: 'answered' },
  RELEASE,
  { type: 'ended', info: REMOTE },
];

/** Which inputs make a step in which state, and to which. */
const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  IDLE: { incoming: 'CALL_INCOMING', dial: 'CALL_OUTGOING' },
  CALL_INCOMING: { ring: 'RING_INCOMING', answer: 'ANSWERING', release: 'RELEASING', ended: 'IDLE' },
  RING_INCOMING: { ring: 'RING_INCOMING', answer: 'ANSWERING', release: 'RELEASING', ended: 'IDLE' },
  ANSWERING: { acknowledged: 'ANSWERED', release: 'RELEASING', ended: 'IDLE' },
  ANSWERED: { release: 'RELEASING', ended: 'IDLE' },
  CALL_OUTGOING: { progress: 'RING_OUTGOING', answered: 'ANSWERED', release: 'IDLE', ended: 'IDLE' },
  RING_OUTGOING: { progress: 'RING_OUTGOING', answered: 'ANSWERED', release: 'IDLE', ended: 'IDLE' },
  RELEASING: { ended: 'IDLE' },
};

function run(...inputs: readonly CallInput[]): CallState {
  let state: CallState = noCallYet;
  for (const input of inputs) {
    const next = step(state, input);
    if (!next) throw new Error(`${input.type} makes no step in ${state.name}`);
    state = next.state;
  }
  return state;
}

const WAY_TO: Readonly<Record<string, readonly CallInput[]>> = {
  IDLE: [],
  CALL_INCOMING: [{ type: 'incoming' }],
  RING_INCOMING: [{ type: 'incoming' }, { type: 'ring' }],
  ANSWERING: [{ type: 'incoming' }, { type: 'answer' }],
  ANSWERED: [{ type: 'incoming' }, { type: 'answer' }, { type: 'acknowledged' }],
  CALL_OUTGOING: [{ type: 'dial' }],
  RING_OUTGOING: [{ type: 'dial' }, { type: 'progress', status: 183 }],
  RELEASING: [{ type: 'incoming' }, RELEASE],
};

const ANSWERED_CALL: readonly CallInput[] = [{ type: 'incoming' }, { type: 'answer' }, { type: 'acknowledged' }];
/** Where an answered call can go on from where, and a way to each place. */
const SHIFTS: Readonly<
  Record<AnsweredName, { readonly by: readonly AnsweredName[]; readonly to: readonly AnsweredName[] }>
> = {
  ANSWERED: { by: [], to: ['HOLDING', 'TRANSFERRING'] },
  HOLDING: { by: ['HOLDING'], to: ['ANSWERED', 'ON_HOLD'] },
  ON_HOLD: { by: ['HOLDING', 'ON_HOLD'], to: ['ANSWERED', 'TRANSFERRING'] },
  TRANSFERRING: { by: ['TRANSFERRING'], to: ['ANSWERED', 'ON_HOLD', 'TRANSFERRED'] },
  TRANSFERRED: { by: ['TRANSFERRING', 'TRANSFERRED'], to: ['RECONNECTING'] },
  RECONNECTING: { by: ['TRANSFERRING', 'TRANSFERRED', 'RECONNECTING'], to: ['ANSWERED'] },
};
const shift = (to: AnsweredName): CallInput => ({ type: 'shift', to });

describe('an answered call', () => {
  for (const [name, { by, to }] of Object.entries(SHIFTS)) {
    const way = [...ANSWERED_CALL, ...by.map(shift)];

    it(`that is ${name} can become ${to.join(', ')}, and nothing else`, () => {
      const all = Object.keys(SHIFTS) as AnsweredName[];
      expect(run(...way).name).toBe(name);
      expect(all.filter((each) => step(run(...way), shift(each))).sort()).toEqual(to);
    });

    it(`that is ${name} ends like any other`, () => {
      expect(step(run(...way), RELEASE)?.state.name).toBe('RELEASING');
      expect(step(run(...way), { type: 'ended', info: REMOTE })?.state.name).toBe('IDLE');
      expect(shownState(run(...way, RELEASE))).toBe(name);
    });
  }

  it('that is not answered cannot be held or transferred', () => {
    for (const way of [
      WAY_TO['IDLE'],
      WAY_TO['RING_INCOMING'],
      WAY_TO['ANSWERING'],
      WAY_TO['RING_OUTGOING'],
      WAY_TO['RELEASING'],
    ]) {
      for (const to of Object.keys(SHIFTS))
        expect(step(run(...(way ?? [])), shift(to as AnsweredName))).toBeUndefined();
    }
  });
});

describe('the call machine', () => {
  for (const [name, way] of Object.entries(WAY_TO)) {
    for (const input of INPUTS) {
      const target = TABLE[name]?.[input.type];
      it(`${name}: ${input.type} ${target ? `leads to ${target}` : 'makes no step'}`, () => {
        expect(step(run(...way), input)?.state.name).toBe(target);
      });
    }
  }

  it('a call that is over takes nothing any more', () => {
    const over = run({ type: 'incoming' }, { type: 'ended', info: REMOTE });
    for (const input of INPUTS) expect(step(over, input)).toBeUndefined();
  });

  it('ends operations before it tells signalling, and says at last that it is over', () => {
    const releasing = step(run({ type: 'incoming' }), RELEASE);
    expect(releasing?.effects).toEqual([
      { type: 'hangup', info: LOCAL },
      { type: 'release', release: { status: 603 } },
    ]);
    expect(step(releasing?.state as CallState, { type: 'ended', info: REMOTE })?.effects).toEqual([
      { type: 'ended', info: LOCAL },
    ]);
  });

  it('shows the state before the release until the far end has confirmed it', () => {
    const state = run({ type: 'incoming' }, { type: 'answer' }, { type: 'acknowledged' }, RELEASE);
    expect([shownState(state), shownCause(state)]).toEqual(['ANSWERED', 'NORMAL']);
  });

  it('is free at once when an outbound call is given up', () => {
    const given = step(run({ type: 'dial' }), { type: 'release', cause: 'TIMEOUT', hangup: LOCAL, release: {} });
    expect(given?.state).toEqual({ name: 'IDLE', cause: 'TIMEOUT', hangup: LOCAL });
    expect(given?.effects.map(({ type }) => type)).toEqual(['hangup', 'release', 'ended']);
  });

  for (const status of [181, 182, 199]) {
    it(`${status} does not say that it rings`, () => {
      expect(run({ type: 'dial' }, { type: 'progress', status }).name).toBe('CALL_OUTGOING');
    });
  }

  for (const [what, way, info, cause] of [
    ['a caller who gives up', WAY_TO['RING_INCOMING'], { by: 'remote', status: 487 }, 'NORMAL'],
    ['a BYE', WAY_TO['ANSWERED'], { by: 'remote' }, 'NORMAL'],
    ['a BYE before our ACK', WAY_TO['ANSWERING'], { by: 'remote' }, 'NORMAL'],
    ['no ACK', WAY_TO['ANSWERING'], { by: 'network' }, 'ERROR'],
    ['no response at all', WAY_TO['CALL_OUTGOING'], { by: 'network', status: 408 }, 'TIMEOUT'],
    ['a 408 of the far end', WAY_TO['RING_OUTGOING'], { by: 'remote', status: 408 }, 'NOANSWER'],
    ['a transport failure', WAY_TO['CALL_OUTGOING'], { by: 'network' }, 'ERROR'],
    ['a transport failure reported as 503', WAY_TO['CALL_OUTGOING'], { by: 'network', status: 503 }, 'CONGESTION'],
    ['a 486', WAY_TO['CALL_OUTGOING'], { by: 'remote', status: 486 }, 'BUSY'],
    ['a lost far end', WAY_TO['ANSWERED'], { by: 'network', status: 408 }, 'TIMEOUT'],
    ['the end of the user agent', WAY_TO['RING_OUTGOING'], { by: 'local' }, 'NORMAL'],
  ] as const) {
    it(`${what} is the cause ${cause}`, () => {
      expect(shownCause(run(...(way ?? []), { type: 'ended', info }))).toBe(cause);
    });
  }
});
