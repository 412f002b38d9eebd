import { describe, expect, it } from 'vitest';
import {
  emptyRoom,
  type PartyRole,
  type RoomEffect,
  type RoomInput,
  type RoomState,
  step,
} from '../../../../src/channel/rooms/room.state.ts';

const SIZE = 4;

/** A room to which things happen, and what comes of them in words. */
class Course {
  state: RoomState = emptyRoom;
  readonly #size: number;

  constructor(size = SIZE) {
    this.#size = size;
  }

  take(input: RoomInput): readonly string[] {
    const next = step(this.state, input, this.#size);
    this.state = next.state;
    return next.effects.map(worded);
  }

  /** Calls and enters. */
  enter(id: number, role: Partial<PartyRole> = {}): readonly string[] {
    return [...this.call(id), ...this.arrive(id, role)];
  }

  call(id: number): readonly string[] {
    return this.take({ type: 'call', id });
  }

  arrive(id: number, role: Partial<PartyRole> = {}): readonly string[] {
    const usual = { id, isTalker: true, startOnEntry: true, destroyOnExit: false };
    return this.take({ type: 'enter', party: { ...usual, ...role } });
  }

  leave(id: number): readonly string[] {
    return this.take({ type: 'leave', id });
  }

  get ids(): readonly number[] {
    return this.state.parties.map(({ id }) => id);
  }
}

function worded(effect: RoomEffect): string {
  const gone = effect.type === 'wait' && effect.gone !== undefined ? ` after ${effect.gone}` : '';
  return 'id' in effect ? `${effect.type} ${effect.id}${gone}` : effect.type;
}

describe('a conference room', () => {
  it('starts when a party that starts it finds another one', () => {
    const room = new Course();
    expect(room.enter(1)).toEqual(['accept 1', 'wait 1']);
    expect(room.state.name).toBe('STOPPED');
    expect(room.enter(2)).toEqual(['accept 2', 'join 1', 'join 2', 'announce entry 2']);
    expect(room.state.name).toBe('STARTED');
    expect(room.enter(3, { startOnEntry: false })).toEqual(['accept 3', 'join 3', 'announce entry 3']);
  });

  it('does not start for a party that only takes part, however many there are', () => {
    const room = new Course();
    room.enter(1);
    expect(room.enter(2, { startOnEntry: false })).toEqual(['accept 2', 'wait 2']);
    expect(room.enter(3, { startOnEntry: false })).toEqual(['accept 3', 'wait 3']);
    expect(room.enter(4)).toEqual(['accept 4', 'join 1', 'join 2', 'join 3', 'join 4', 'announce entry 4']);
  });

  it('does not start without a talker, who may be the one who comes', () => {
    const room = new Course();
    room.enter(1, { isTalker: false });
    expect(room.enter(2, { isTalker: false })).toEqual(['accept 2', 'wait 2']);
    expect(room.enter(3)).toEqual(['accept 3', 'join 1', 'join 2', 'join 3', 'announce entry 3']);
    const other = new Course();
    other.enter(1);
    expect(other.enter(2, { isTalker: false })).toContain('join 1');
  });

  it('tells those who are left who has gone, and stops when one is left', () => {
    const room = new Course();
    for (const id of [1, 2, 3]) room.enter(id);
    expect(room.leave(2)).toEqual(['announce exit 2']);
    expect([room.state.name, room.ids]).toEqual(['STARTED', [1, 3]]);
    expect(room.leave(1)).toEqual(['wait 3 after 1']);
    expect(room.state.name).toBe('STOPPED');
    expect(room.enter(4, { startOnEntry: false })).toEqual(['accept 4', 'wait 4']);
    expect(room.leave(4)).toEqual([]);
    expect(room.leave(3)).toEqual(['gone']);
    expect(room.state.name).toBe('GONE');
  });

  it('is destroyed by a party that takes it along, started or not, also those who are about to enter', () => {
    for (const count of [2, 3]) {
      const room = new Course();
      room.enter(1, { destroyOnExit: true });
      for (let id = 2; id <= count; id++) room.enter(id, { startOnEntry: count > 2 });
      room.call(9);
      const others = Array.from({ length: count - 1 }, (_, index) => `hang up ${index + 2}`);
      expect(room.leave(1)).toEqual([...others, 'hang up 9', 'gone']);
      expect(room.arrive(9)).toEqual([]);
      expect(room.leave(9)).toEqual([]);
      expect(room.call(10)).toEqual(['refuse 10']);
    }
  });

  it('goes on when others leave than the one that takes it along', () => {
    const room = new Course();
    room.enter(1, { destroyOnExit: true });
    room.enter(2);
    expect(room.leave(2)).toEqual(['wait 1 after 2']);
  });

  it('holds so many parties and no more, those who are about to enter included', () => {
    const room = new Course(2);
    room.enter(1);
    expect(room.call(2)).toEqual(['accept 2']);
    expect(room.call(3)).toEqual(['refuse 3']);
    expect(room.leave(3)).toEqual([]);
    expect(room.leave(2)).toEqual([]);
    expect(room.enter(4)).toEqual(['accept 4', 'join 1', 'join 4', 'announce entry 4']);
    expect(room.call(5)).toEqual(['refuse 5']);
    expect(room.ids).toEqual([1, 4]);
  });

  it('is gone when who called first hangs up before it has entered, unless somebody else comes', () => {
    const room = new Course();
    room.call(1);
    expect(room.leave(1)).toEqual(['gone']);
    const other = new Course();
    other.call(1);
    other.enter(2);
    expect(other.leave(1)).toEqual([]);
    expect(other.state.name).toBe('STOPPED');
  });

  it('that is closed hangs everybody up, once', () => {
    const room = new Course();
    room.enter(1);
    room.enter(2);
    expect(room.take({ type: 'close' })).toEqual(['hang up 1', 'hang up 2', 'gone']);
    expect(room.take({ type: 'close' })).toEqual([]);
    expect(room.leave(1)).toEqual([]);
  });

  it('keeps its rules in every course of 1000', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let run = 0; run < 1000; run++) {
      const room = new Course();
      const effects: string[] = [];
      for (let id = 1; id <= 12; id++) {
        const role = { isTalker: random(4) > 0, startOnEntry: random(2) > 0, destroyOnExit: random(6) === 0 };
        effects.push(...(random(3) > 0 ? room.enter(id, role) : room.leave(1 + random(id))));
        const { name, parties } = room.state;
        expect(parties.length).toBeLessThanOrEqual(SIZE);
        if (name === 'STARTED') expect(parties.length).toBeGreaterThanOrEqual(2);
        if (name === 'GONE')
          expect([parties.length, effects.at(-1), effects.indexOf('gone')]).toEqual([
            0,
            effects.at(-1),
            effects.lastIndexOf('gone'),
          ]);
      }
      for (const id of room.ids) effects.push(...room.leave(id));
      expect(effects.filter((effect) => effect === 'gone').length).toBe(room.state.name === 'GONE' ? 1 : 0);
      expect(room.ids).toEqual([]);
    }
  });
});
