import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { inBatches } from '../../../../src/media/worker/in-batches.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';

interface Message {
  readonly type: string;
  readonly call?: number;
}

describe('messages to another thread', () => {
  let clock: VirtualClock;
  let sent: string[];
  let post: (message: Message) => void;

  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    post = inBatches<Message>((batch) => {
      sent.push(batch.map(({ type, call }) => `${type} ${call ?? ''}`.trim()).join(', '));
    }, clock);
  });

  it('go together at the end of the turn', async () => {
    post({ type: 'open', call: 1 });
    await Promise.resolve().then(() => post({ type: 'echo', call: 1 }));
    expect(sent).toEqual([]);
    await turn();
    post({ type: 'configure', call: 1 });
    await turn();
    expect(sent).toEqual(['open 1, echo 1', 'configure 1']);
    expect(clock.pending).toBe(0);
  });

  it('wait for the next ones when they only say that a call is over', async () => {
    post({ type: 'stop', call: 1 });
    post({ type: 'close', call: 1 });
    await turn();
    post({ type: 'closed', call: 2 });
    await turn();
    expect(sent).toEqual([]);
    post({ type: 'open', call: 3 });
    await turn();
    expect(sent).toEqual(['stop 1, close 1, closed 2, open 3']);
    expect(clock.pending).toBe(0);
  });

  it('wait for the next ones when they only say how recordings stand', async () => {
    post({ type: 'recording', call: 1 });
    await turn();
    post({ type: 'recording', call: 2 });
    await turn();
    post({ type: 'record-controlled', call: 2 });
    await turn();
    expect(sent).toEqual(['recording 1, recording 2, record-controlled 2']);
  });

  it('wait for no longer than ten milliseconds', async () => {
    post({ type: 'close', call: 1 });
    await turn();
    clock.advance(6);
    post({ type: 'close', call: 2 });
    await turn();
    clock.advance(3);
    expect(sent).toEqual([]);
    clock.advance(1);
    expect(sent).toEqual(['close 1, close 2']);
    expect(clock.pending).toBe(0);
  });

  it.each<[string, Message[]]>([
    ['a call that goes on is told to stop something', [{ type: 'stop', call: 1 }]],
    [
      'another call does',
      [
        { type: 'stop', call: 1 },
        { type: 'close', call: 2 },
      ],
    ],
    [
      'somebody waits for an outcome',
      [
        { type: 'finished', call: 1 },
        { type: 'closed', call: 1 },
      ],
    ],
    ['everything ends', [{ type: 'close', call: 1 }, { type: 'end' }]],
  ])('go at once when %s', async (_, messages) => {
    for (const message of messages) post(message);
    await turn();
    expect(sent).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});
