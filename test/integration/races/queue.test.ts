import { expect, it } from 'vitest';
import { CallQueue, type CallQueueOptions, type Channel, isHangup } from '../../../src/index.ts';
import { type RaceRun, seededRace } from '../../support/seeded-race.ts';

const ANNOUNCING: CallQueueOptions = { announceEvery: 100, announcement: () => ({ tone: 'BEEP' }) };

/** Waits for something that a hang-up may end. */
async function unlessHungUp(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => {
    if (!isHangup(error)) throw error;
  });
}

async function join(run: RaceRun, takePart: (channel: Channel) => Promise<unknown>): Promise<Channel> {
  const { far } = await run.incoming(async (channel) => {
    await channel.answer();
    await unlessHungUp(takePart(channel));
  });
  return far;
}

async function expectEmpty(queue: CallQueue): Promise<void> {
  await queue.close();
  expect(queue.snapshot).toEqual({ callers: [], agents: [] });
  const { entered, served, abandoned, timedOut, turnedAway } = queue.metrics;
  expect(served + abandoned + timedOut + turnedAway).toBe(entered);
}

it('an agent who hangs up while its caller is told something, or just now is not, leaves nobody behind', async () => {
  await seededRace({ calls: 3 }, async (run) => {
    const queue = new CallQueue(run.ua, ANNOUNCING);
    const caller = await join(run, (channel) => queue.enter(channel));
    await run.pause(run.random(400));
    const agent = await join(run, (channel) => queue.serve(channel, { id: 'x' }));
    await run.pause(run.random(80));
    await agent.hangUp();
    await run.pause(run.random(80));
    const second = await join(run, (channel) => queue.serve(channel, { id: 'y' }));
    await run.pause(run.random(80));
    await Promise.all([caller.hangUp(), second.hangUp()]);
    await expectEmpty(queue);
  });
});

it('a caller who hangs up when it is its turn leaves the agent free for the next one', async () => {
  await seededRace({ calls: 3 }, async (run) => {
    const queue = new CallQueue(run.ua, ANNOUNCING);
    const [first, second] = [
      await join(run, (channel) => queue.enter(channel)),
      await join(run, (channel) => queue.enter(channel)),
    ];
    await run.pause(run.random(400));
    const joining = join(run, (channel) => queue.serve(channel, { id: 'x' }));
    await run.pause(run.random(80));
    await first.hangUp();
    const agent = await joining;
    await run.pause(200);
    expect(queue.snapshot.agents).toMatchObject([{ id: 'x', status: 'TALKING' }]);
    await Promise.all([second.hangUp(), agent.hangUp()]);
    await expectEmpty(queue);
  });
});

it('a queue that is closed at any moment lets everybody go', async () => {
  await seededRace({ calls: 3 }, async (run) => {
    const queue = new CallQueue(run.ua, ANNOUNCING);
    const parties = [
      await join(run, (channel) => queue.enter(channel)),
      await join(run, (channel) => queue.serve(channel, { id: 'x' })),
      await join(run, (channel) => queue.enter(channel)),
    ];
    await run.pause(run.random(200));
    const closing = expectEmpty(queue);
    await run.pause(run.random(80));
    await Promise.all(parties.map((party) => party.hangUp()));
    await closing;
  });
});
