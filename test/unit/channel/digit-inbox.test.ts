import { describe, expect, it } from 'vitest';
import type { CollectRequest } from '../../../src/channel/digit-collector.state.ts';
import { DigitInbox } from '../../../src/channel/digit-inbox.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';

const EVERYTHING: CollectRequest = { count: 0, predigitsTimeout: 0, interdigitTimeout: 5000, end: '' };

function pressAll(inbox: DigitInbox, digits: string): void {
  for (const digit of digits) inbox.press(digit);
}

describe('the digits of a call', () => {
  it('are the last thousand when nobody asks for them', async () => {
    const inbox = new DigitInbox(new VirtualClock());
    pressAll(inbox, `12${'3'.repeat(998)}45`);
    expect(inbox.size).toBe(1000);
    const { digits } = await inbox.collect(EVERYTHING, () => undefined).done;
    expect(digits).toBe(`${'3'.repeat(998)}45`);
  });

  it('are no more than a thousand in one collection without a count, and the rest waits for the next', async () => {
    const inbox = new DigitInbox(new VirtualClock());
    const collecting = inbox.collect({ ...EVERYTHING, predigitsTimeout: 1000 }, () => undefined);
    pressAll(inbox, `${'1'.repeat(1000)}2`);
    expect(await collecting.done).toMatchObject({ digits: '1'.repeat(1000), cause: 'COUNT' });
    expect((await inbox.collect(EVERYTHING, () => undefined).done).digits).toBe('2');
  });

  it('are no more than a thousand after a collection gave back what it had', async () => {
    const inbox = new DigitInbox(new VirtualClock());
    const collecting = inbox.collect({ ...EVERYTHING, count: 2000, predigitsTimeout: 1000 }, () => undefined);
    pressAll(inbox, `0${'1'.repeat(1000)}`);
    collecting.giveBack();
    expect((await inbox.collect(EVERYTHING, () => undefined).done).digits).toBe('1'.repeat(1000));
  });
});
