import { expect, it } from 'vitest';
import { type Bench, description, startBench, type Watched, watch } from '../../support/signaling-bench.ts';
import { until } from '../../support/until.ts';

/** An answered call from one stack to another, as both see it. */
async function connected(from: Bench, to: Bench, uri: string): Promise<readonly [Watched, Watched]> {
  const before = to.calls.length;
  const out = watch(await from.signaling.dial({ to: uri, offer: async () => description() }));
  const inn = await to.call(before);
  await Promise.all([inn.leg.answer(description()), out.event('answered')]);
  return [out, inn];
}

it.each([
  ['udp', '127.0.0.1'],
  ['tcp', '127.0.0.1'],
  ['udp', '::1'],
] as const)('one of three stacks leaves the other two talking, by %s at %s', async (transport, address) => {
  const options = { transports: [transport], address };
  await using one = await startBench(options);
  await using two = await startBench({ ...options, user: 'b&o;b' });
  await using three = await startBench({ ...options, user: 'carol' });
  const uri = ({ port }: Bench): string => `sip:x@${address.includes(':') ? `[${address}]` : address}:${port}`;
  const [toTwo, ofTwo] = await connected(one, two, uri(two));
  // The second call may have been made by either side.
  const [ofThree, fromThree] = await connected(three, one, uri(one));

  const { accepted, outcome } = toTwo.leg.refer({ to: fromThree.leg });
  const { request, reply } = await ofTwo.event('refer');
  const progress = reply.accept();
  expect(await accepted).toBe(202);

  const { to, replaces, referredBy } = request;
  expect(replaces?.callId).toBe(ofThree.leg.invite.callId);
  const [fresh, taking] = await Promise.all([
    two.signaling.dial({ to, replaces, referredBy, offer: async () => description() }).then(watch),
    three.call(0),
  ]);
  expect(taking.leg.replaces).toBe(ofThree.leg);
  expect(taking.leg.invite.header('Referred-By')).toEqual([`<${referredBy}>`]);
  taking.leg.ring();
  progress.notify((await fresh.event('progress')).status);
  await Promise.all([taking.leg.answer(description()), fresh.event('answered')]);
  taking.leg.replaces?.release();
  expect((await fromThree.event('ended')).info.by).toBe('remote');
  progress.notify(200);
  expect(await outcome).toBe(200);
  toTwo.leg.release();
  expect((await ofTwo.event('ended')).info.by).toBe('remote');

  await until('the end of both calls of the first', async () => one.signaling.stats().legs === 0);
  fresh.leg.release();
  await taking.event('ended');
  for (const bench of [one, two, three]) {
    await bench.drained();
    expect(bench.faults).toEqual([]);
  }
});
