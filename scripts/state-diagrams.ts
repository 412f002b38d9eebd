/**
 * Draws the state machines of docs/architecture.md by asking each of them what every input does in every state. The page holds
 * them between marks; `npm run diagrams` writes them anew, and `test/shape.test.ts` sees that they are true.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallInput, type CallState, noCallYet, step } from '../src/channel/call.state.ts';
import { Cause } from '../src/channel/cause.ts';
import { type LegInput, type LegPhase, stepLeg } from '../src/sip/leg.state.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'architecture.md');
const START = '[*]';

const info = { by: 'remote' } as const;
const hangup = { by: 'local' } as const;

/** One input of each type; of those that do not always mean the same, one of each meaning. */
const CALL_INPUTS: {
  readonly [Type in CallInput['type']]: Readonly<Record<string, Extract<CallInput, { type: Type }>>>;
} = {
  incoming: { incoming: { type: 'incoming' } },
  ring: { ring: { type: 'ring' } },
  answer: { answer: { type: 'answer' } },
  acknowledged: { acknowledged: { type: 'acknowledged' } },
  dial: { dial: { type: 'dial' } },
  progress: { 'progress 180 or 183': { type: 'progress', status: 180 } },
  answered: { answered: { type: 'answered' } },
  shift: {
    hold: { type: 'shift', to: 'HOLDING' },
    held: { type: 'shift', to: 'ON_HOLD' },
    transfer: { type: 'shift', to: 'TRANSFERRING' },
    transferred: { type: 'shift', to: 'TRANSFERRED' },
    retrieve: { type: 'shift', to: 'RECONNECTING' },
    'back to normal': { type: 'shift', to: 'ANSWERED' },
  },
  release: { release: { type: 'release', cause: Cause.NORMAL, hangup, release: {} } },
  ended: { ended: { type: 'ended', info } },
};

const LEG_INPUTS: { readonly [Type in LegInput['type']]: Extract<LegInput, { type: Type }> } = {
  accept: { type: 'accept' },
  ack: { type: 'ack' },
  'ack-timeout': { type: 'ack-timeout', info },
  cancel: { type: 'cancel', info },
  provisional: { type: 'provisional' },
  success: { type: 'success' },
  failure: { type: 'failure', info },
  'cancel-timeout': { type: 'cancel-timeout' },
  bye: { type: 'bye', info },
  'bye-done': { type: 'bye-done' },
  lost: { type: 'lost', info },
  release: { type: 'release', info: hangup },
};

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly input: string;
  readonly effects: readonly string[];
}

/** Inputs that do the same share an arrow. */
function draw(edges: readonly Edge[]): string {
  const arrows = new Map<string, string[]>();
  for (const { from, to, input, effects } of edges) {
    const key = [from, to, effects.join(', ')].join('|');
    arrows.set(key, [...(arrows.get(key) ?? []), input]);
  }
  const lines = [...arrows].map(([key, inputs]) => {
    const [from = '', to = '', effects = ''] = key.split('|');
    return `  ${from} --> ${to} : ${inputs.join(', ')}${effects === '' ? '' : ` / ${effects}`}`;
  });
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
}

/** Follows all inputs from the beginning until no new state turns up. */
function drawCall(): string {
  const inputs = Object.values(CALL_INPUTS).flatMap((variants) => Object.entries<CallInput>(variants));
  const nameOf = (state: CallState): string => (state.name === 'IDLE' ? START : state.name);
  const states = new Map<string, CallState>([[START, noCallYet]]);
  const edges: Edge[] = [];
  for (const [from, state] of states) {
    for (const [input, value] of inputs) {
      const next = step(state, value);
      if (!next) continue;
      const to = nameOf(next.state);
      if (to === from && next.effects.length === 0) continue;
      if (!states.has(to)) states.set(to, next.state);
      edges.push({ from, to, input, effects: next.effects.map(({ type }) => type) });
    }
  }
  return draw(edges);
}

function drawLeg(): string {
  const phases = new Set<LegPhase>(['incoming', 'calling']);
  const edges: Edge[] = [...phases].map((to) => ({
    from: START,
    to,
    input: to === 'incoming' ? 'INVITE received' : 'INVITE sent',
    effects: [],
  }));
  for (const from of phases) {
    for (const [input, value] of Object.entries<LegInput>(LEG_INPUTS)) {
      const { phase: to, effects } = stepLeg(from, value);
      phases.add(to);
      if (to !== from || effects.length > 0) edges.push({ from, to, input, effects: effects.map(({ type }) => type) });
    }
  }
  return draw(edges);
}

/** The page with its diagrams as the machines are now. */
export function withDiagrams(page: string): string {
  return Object.entries({ call: drawCall(), leg: drawLeg() }).reduce((text, [name, diagram]) => {
    const marks = new RegExp(`(<!-- states of a ${name} -->\n)[\\s\\S]*?(\n<!-- end of states -->)`);
    if (!marks.test(text)) throw new Error(`docs/architecture.md has no place for the states of a ${name}`);
    return text.replace(marks, (_match, begin: string, end: string) => `${begin}${diagram}${end}`);
  }, page);
}

if (import.meta.main) {
  writeFileSync(PAGE, withDiagrams(readFileSync(PAGE, 'utf8')));
}
