import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { inBatches } from '../../../../src/media/worker/in-batches.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';

describe('messages to another thread', () => {
  let clock: VirtualClock;
  let sent: string[];
  let post: (message: { readonly type: string }) => void;

  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    post = inBatches((batch) => {
      sent.push(batch.map(({ type }) => type).join(', '));
    }, clock);
  });

  it('go together at the end of the turn', async () => {
    post({ type: 'open' });
    await Promise.resolve().then(() => post({ type: 'echo' }));
    expect(sent).toEqual([]);
    await turn();
    post({ type: 'close' });
    await turn();
    expect(sent).toEqual(['open, echo', 'close']);
    expect(clock.pending).toBe(0);
  });

  it('wait for the next ones when they only say how recordings stand', async () => {
    post({ type: 'recording' });
    await turn();
    post({ type: 'recording' });
    await turn();
    expect(sent).toEqual([]);
    post({ type: 'record-controlled' });
    await turn();
    expect(sent).toEqual(['recording, recording, record-controlled']);
    expect(clock.pending).toBe(0);
  });

  it('wait for no longer than ten milliseconds', async () => {
    post({ type: 'recording' });
    await turn();
    clock.advance(6);
    post({ type: 'recording' });
    await turn();
    clock.advance(3);
    expect(sent).toEqual([]);
    clock.advance(1);
    expect(sent).toEqual(['recording, recording']);
    post({ type: 'recording' });
    await turn();
    clock.advance(10);
    expect(sent).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
