import { describe, expect, it } from 'vitest';
import { EventReceiver } from '../../../../src/media/dtmf/event-receiver.state.ts';
import { EventSender } from '../../../../src/media/dtmf/event-sender.state.ts';
import { SeededRandom } from '../../../../src/testing/network/random.state.ts';

const DIGITS = 10_000;
const KEYS = '0123456789*#ABCD';
const TICK_MS = 20;
const TICK = 160;

interface Conditions {
  readonly loss: number;
  /** Part of the packets that come twice. */
  readonly duplicate: number;
  /** How much later than others a packet may come, in milliseconds. */
  readonly jitterMs: number;
}

interface Report {
  readonly press: number;
  readonly timestamp: number;
  readonly event: number;
  readonly end: boolean;
  readonly duration: number;
  readonly at: number;
}

/** What arrives of so many keys that are sent one after the other, in the order in which it arrives. */
function sent(digits: string, { loss, duplicate, jitterMs }: Conditions, random: SeededRandom): readonly Report[] {
  const sender = new EventSender();
  const arrived: Report[] = [];
  let press = -1;
  let now = 0;
  sender.start(digits, { onMs: 100, offMs: 60 });
  for (let timestamp = 0; sender.active; timestamp = (timestamp + TICK) >>> 0) {
    now += TICK_MS;
    if (!sender.tick(timestamp)) continue;
    if (sender.marker) press++;
    const copies = random.fraction() < duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (random.fraction() < loss) continue;
      const { timestamp: began, event, end, duration } = sender;
      arrived.push({ press, timestamp: began, event, end, duration, at: now + jitterMs * random.fraction() });
    }
  }
  return arrived.sort((one, other) => one.at - other.at);
}

describe.each<[string, Conditions]>([
  ['20 % loss', { loss: 0.2, duplicate: 0, jitterMs: 0 }],
  ['20 % loss, every fifth packet twice, and all of it out of order', { loss: 0.2, duplicate: 0.2, jitterMs: 60 }],
])('telephone-events with %s', (_name, conditions) => {
  it(`of ${DIGITS} digits none is lost and none is doubled`, () => {
    const random = new SeededRandom('digits over loss');
    const digits = Array.from({ length: DIGITS }, () => KEYS.charAt(Math.floor(random.fraction() * KEYS.length)));
    const reports = sent(digits.join(''), conditions, random);
    const receiver = new EventReceiver();
    const heard = reports
      .map(({ timestamp, event, end, duration, at }) => receiver.receive(timestamp, event, end, duration, at))
      .join('');
    // One of which no packet came at all cannot be heard: with seven packets for each, about one in 78,000.
    const reachable = new Set(reports.map(({ press }) => press));
    expect(heard).toBe(digits.filter((_, press) => reachable.has(press)).join(''));
    expect(reachable.size).toBeGreaterThanOrEqual(DIGITS - 1);
  });
});
