import { expect, it } from 'vitest';
import type { MediaSession } from '../../../src/channel/media-port.ts';
import { EngineJoins } from '../../../src/media/engine-joins.ts';
import type { JoinCommand } from '../../../src/media/mix/join-protocol.ts';
import { SessionJoins } from '../../../src/media/session-joins.ts';
import { SessionMix } from '../../../src/media/session-mix.ts';

const OWNER = {};

class Thread {
  readonly commands: JoinCommand[] = [];
  readonly joins = new EngineJoins(OWNER, (command) => this.commands.push(command));

  /** What it has been told since the last time, in short. */
  get told(): string[] {
    return this.commands.splice(0).map((command) => `${command.kind} ${'call' in command ? command.call : ''}`.trim());
  }
}

function callOf(thread: Thread, call: number): { session: MediaSession; joins: SessionJoins } {
  const session = {} as MediaSession;
  return { session, joins: new SessionJoins(session, call, thread.joins) };
}

it('a mix goes on among the other calls when the thread that it is made in is lost', async () => {
  const [first, second, third] = [new Thread(), new Thread(), new Thread()];
  const [one, two, three] = [callOf(first, 1), callOf(second, 2), callOf(third, 3)];
  const mix = new SessionMix(OWNER);
  const seats = [one, two, three].map(({ session }) => mix.join(session, { gain: -3 }));
  expect(first.told).toEqual(['mix-open', 'mix-join 1', 'guest 2', 'mix-join 2', 'guest 3', 'mix-join 3']);
  expect([second.told, third.told]).toEqual([['lend 2'], ['lend 3']]);
  seats[2]?.change({ isHeard: false });
  const silent: MediaSession[] = [];
  mix.listen((event) => {
    if (event.type === 'talking' && !event.isTalking) silent.push(event.session);
  });
  const levels = mix.levels();
  one.joins.close();
  first.joins.lose();
  expect(await levels).toEqual(new Map());
  expect(silent).toEqual([two.session, three.session]);
  expect(second.told).toEqual(['lend-end', 'mix-open', 'mix-watch', 'mix-join 2', 'guest 3', 'mix-join 3']);
  const joined = third.commands.filter(({ kind }) => kind === 'lend' || kind === 'lend-end');
  expect(joined.map(({ kind }) => kind)).toEqual(['lend-end', 'lend']);
  seats[2]?.leave();
  expect(second.commands.map(({ kind }) => kind)).toEqual(['mix-leave', 'guest-end']);
});

it('a mix keeps what was changed while it moves to another thread', () => {
  const [first, second] = [new Thread(), new Thread()];
  const [one, two] = [callOf(first, 1), callOf(second, 2)];
  const mix = new SessionMix(OWNER);
  mix.join(one.session);
  mix.join(two.session, { gain: -3 }).change({ isHeard: false });
  one.joins.close();
  first.joins.lose();
  expect(second.commands.at(-1)).toMatchObject({
    kind: 'mix-join',
    settings: { isHeard: false, hears: true, gain: -3, volume: 0 },
  });
});
