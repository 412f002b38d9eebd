import { expect, it } from 'vitest';
import type { Leg, LegEvent, ReferProgress, Referral } from '../../../src/channel/signaling-port.ts';
import type { ChannelError, Hangup } from '../../../src/errors.ts';
import { SipSignaling } from '../../../src/sip/signaling.ts';
import { TestClock } from '../../../src/testing/clock/test-clock.ts';
import { type Conditions, PERFECT } from '../../../src/testing/network/conditions.ts';
import { Host } from '../../../src/testing/network/host.ts';
import { NetworkJournal } from '../../../src/testing/network/network-journal.ts';
import { SeededRandom } from '../../../src/testing/network/random.state.ts';
import { HostNetwork } from '../../../src/testing/network/stack/host-network.ts';
import { TcpExchange } from '../../../src/testing/network/stack/tcp-exchange.ts';
import { Wire } from '../../../src/testing/network/wire.ts';
import { description } from '../../support/signaling-bench.ts';

const RUNS = 300;
const BAD: Conditions = { ...PERFECT, latency: 5, jitter: 30, loss: 0.05, duplicate: 0.05, reorder: 0.05 };
const PORT = 5060;

/** One party of a run: its stack, and what its legs have told. */
interface Party {
  readonly signaling: SipSignaling;
  readonly uri: string;
  readonly legs: Leg[];
  readonly ended: Map<Leg, number>;
}

/** Three stacks on a bad network in memory, with everything random from one seed. */
class Run {
  readonly clock = new TestClock({ time: 'manual' });
  readonly random: SeededRandom;
  readonly faults: unknown[] = [];
  readonly pending = new Set<string>();
  readonly outcomes: (number | undefined)[] = [];
  readonly accepted: number[] = [];
  /** How offers came out. */
  readonly offers = new Set<string>();
  readonly #wire: Wire;
  readonly #parties: Party[] = [];
  #isFinishing = false;

  constructor(seed: number) {
    this.random = new SeededRandom(`race ${seed}`);
    const journal = new NetworkJournal();
    this.#wire = new Wire({ clock: this.clock, seed: String(seed), journal, conditions: () => BAD });
  }

  async party(onEvent: (leg: Leg, event: LegEvent) => void): Promise<Party> {
    const address = `192.0.2.${this.#parties.length + 1}`;
    const host = new Host(address, address, undefined);
    this.#wire.add(host);
    const quiet = (): undefined => undefined;
    const signaling = await SipSignaling.start({
      address,
      port: PORT,
      transports: ['udp'],
      userAgentHeader: 'test',
      clock: this.clock,
      network: new HostNetwork(this.#wire, new TcpExchange(this.#wire), host),
      lookup: () => Promise.resolve([]),
      random: (bytes) => this.random.fill(bytes),
      logger: { debug: quiet, info: quiet, warn: quiet, error: (...fault) => this.faults.push(fault) },
    });
    const party: Party = { signaling, uri: `sip:${address}:${PORT}`, legs: [], ended: new Map() };
    signaling.onIncoming((leg) => {
      this.#watch(party, leg, (event) => onEvent(leg, event));
      this.later(() => void leg.answer(description()));
    });
    this.#parties.push(party);
    return party;
  }

  /** Does something within the next moments. */
  later(run: () => void, most = 200): void {
    this.clock.schedule(this.clock.now() + Math.floor(this.random.fraction() * most), run);
  }

  async dial(from: Party, to: string, onEvent: (event: LegEvent) => void): Promise<Leg> {
    const leg = await from.signaling.dial({ to, offer: async () => description(), maxRedirects: 1 });
    this.#watch(from, leg, onEvent);
    return leg;
  }

  #watch(party: Party, leg: Leg, onEvent: (event: LegEvent) => void): void {
    party.legs.push(leg);
    party.ended.set(leg, 0);
    leg.listen((event) => {
      if (event.type === 'ended') party.ended.set(leg, (party.ended.get(leg) ?? 0) + 1);
      onEvent(event);
    });
    if (this.#isFinishing) this.later(() => leg.release());
  }

  /** Notes a referral until both of its promises have settled. */
  follow(name: string, { accepted, outcome }: Referral): void {
    this.pending.add(`${name} accepted`).add(`${name} outcome`);
    void accepted.then((status) => {
      this.pending.delete(`${name} accepted`);
      this.accepted.push(status);
    });
    void outcome.then((status) => {
      this.pending.delete(`${name} outcome`);
      this.outcomes.push(status);
    });
  }

  /** An offer in the middle of the call, until it has settled in whatever way. */
  offer(name: string, leg: Leg): void {
    this.pending.add(name);
    void leg
      .reinvite(description)
      .then(
        () => 'answered',
        (error: unknown) => (error as ChannelError | Hangup).message,
      )
      .then((outcome) => {
        this.pending.delete(name);
        this.offers.add(outcome);
      });
  }

  /** Lets everything come to its end, and sees that nothing is left. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    for (const { legs } of this.#parties) for (const leg of legs) this.later(() => leg.release());
    const isOver = (): boolean =>
      this.#parties.every(({ signaling }) => Object.values(signaling.stats()).every((count) => count === 0));
    expect(await this.clock.runUntil(isOver)).toBe(true);
    expect([...this.pending]).toEqual([]);
    for (const { ended } of this.#parties) expect([...ended.values()].filter((count) => count !== 1)).toEqual([]);
    for (const { signaling } of this.#parties) await signaling.close();
    this.#wire.close();
    expect(this.clock.pending).toBe(0);
    expect(this.faults).toEqual([]);
  }
}

/** A calls B and asks it, so many times at once, to call C; what else happens is up to `more`. */
async function transfer(seed: number, refers: number, more: (run: Run, asking: Leg, asked: Leg) => void): Promise<Run> {
  const run = new Run(seed);
  const target = await run.party((_leg, event) => {
    if (event.type === 'offer') event.reply.accept(description());
  });
  const goOn = async (to: string, progress: ReferProgress): Promise<void> => {
    await run.dial(asked, to, (event) => {
      if (event.type === 'progress') progress.notify(event.status);
      if (event.type === 'answered') progress.notify(200);
      if (event.type === 'ended') progress.notify(event.info.status ?? 487);
    });
  };
  const asked = await run.party((_leg, event) => {
    if (event.type === 'offer') run.later(() => event.reply.accept(description()), 50);
    if (event.type !== 'refer') return;
    const { request, reply } = event;
    if (run.random.fraction() < 0.2) run.later(() => reply.refuse(603));
    else run.later(() => void goOn(request.to, reply.accept()), 50);
  });
  const asking = await run.party(() => undefined);
  const up = Promise.withResolvers<void>();
  const leg = await run.dial(asking, asked.uri, (event) => {
    if (event.type === 'offer') event.reply.accept(description());
    if (event.type === 'answered') up.resolve();
  });
  let isUp = false;
  void up.promise.then(() => {
    isUp = true;
  });
  await run.clock.runUntil(() => isUp);
  for (let count = 0; count < refers; count += 1) {
    run.later(() => {
      try {
        run.follow(`refer ${count}`, leg.refer({ to: target.uri }));
      } catch (error) {
        // Its call has ended before.
        expect(error).toMatchObject({ code: 'INVALID_STATE' });
      }
    }, 20);
  }
  more(run, leg, asked.legs[0] as Leg);
  await run.finish();
  return run;
}

/** Every way in which the runs came out. */
async function inAllRuns(refers: number, more: (run: Run, asking: Leg, asked: Leg) => void): Promise<Set<unknown>> {
  const seen = new Set<unknown>();
  for (let seed = 0; seed < RUNS; seed += 1) {
    const { accepted, outcomes, offers } = await transfer(seed, refers, more);
    for (const status of [...accepted, ...outcomes, ...offers]) seen.add(status);
  }
  return seen;
}

it('REFER and BYE that cross leave nothing behind, whichever comes first', async () => {
  const seen = await inAllRuns(1, (run, asking, asked) => {
    run.later(() => (run.random.fraction() < 0.5 ? asking : asked).release(), 100);
  });
  for (const status of [202, 487, undefined]) expect(seen).toContain(status);
}, 60_000);

it('two REFERs at once come to an end each, while both sides offer as well', async () => {
  const seen = await inAllRuns(2, (run, asking, asked) => {
    run.later(() => run.offer('offer of one', asking), 50);
    run.later(() => run.offer('offer of the other', asked), 50);
  });
  for (const outcome of [202, 603, 200, undefined, 'answered']) expect(seen).toContain(outcome);
  // However often they meet, none is given up.
  expect([...seen].filter((outcome) => String(outcome).includes('refused'))).toEqual([]);
}, 60_000);

it('a BYE while NOTIFYs are missing ends both, of either side', async () => {
  const seen = await inAllRuns(1, (run, asking, asked) => {
    run.later(() => (run.random.fraction() < 0.5 ? asking : asked).release(), 600);
  });
  for (const status of [202, 200, undefined]) expect(seen).toContain(status);
}, 60_000);
