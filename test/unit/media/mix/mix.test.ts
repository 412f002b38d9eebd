import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MixSettings } from '../../../../src/channel/mix-port.ts';
import {
  ALAW_SILENCE,
  decodeTable,
  type Law,
  PCMA,
  PCMU,
  ULAW_SILENCE,
  ULAW_TO_ALAW,
} from '../../../../src/media/codec/g711.codec.ts';
import { Joined } from '../../../../src/media/mix/joined.state.ts';
import { AudioMix } from '../../../../src/media/mix/mix.state.ts';
import type { Seat } from '../../../../src/media/mix/seat.state.ts';
import { FRAME_EMPTY, FRAME_VOICE } from '../../../../src/media/rtp/jitter-buffer.state.ts';
import { ALL_HEARD, Party } from './party.ts';

const FRAME = 160;
const CALLS = 6;

const filled = (byte: number): Uint8Array => new Uint8Array(FRAME).fill(byte);

/** One of those in the mix, and what is expected of it: worked out anew each time instead of kept. */
interface Member {
  readonly joined: Joined;
  readonly seat: Seat;
  readonly law: Law;
  settings: MixSettings;
  says: Uint8Array | undefined;
}

function part({ settings, says, law }: Member): Int32Array {
  const scale = 10 ** (settings.gain / 20);
  const part = new Int32Array(FRAME);
  if (!settings.isHeard || !says) return part;
  const table = decodeTable(law);
  const silence = Math.abs(table[law === PCMU ? ULAW_SILENCE : ALAW_SILENCE] ?? 0);
  const samples = Int32Array.from(says, (byte) => table[byte] ?? 0);
  if (samples.every((sample) => Math.abs(sample) === silence)) return part;
  return samples.map((sample) => Math.round(sample * scale));
}

function sum(parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from({ length: FRAME }, (_, index) => parts.reduce((all, part) => all + (part[index] ?? 0), 0));
}

const call = fc.integer({ min: 0, max: CALLS - 1 });
const decibels = fc.constantFrom(0, 0, 0, -60, -6, 3, 20);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('says' as const),
      call,
      bytes: fc.uint8Array({ minLength: FRAME, maxLength: FRAME }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('silent' as const),
      call,
      byte: fc.constantFrom(undefined, 0xff, 0x7f, 0xd5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('join' as const), call, law: fc.constantFrom<Law>(PCMU, PCMA) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), call }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      call,
      settings: fc.record({ isHeard: fc.boolean(), hears: fc.boolean(), gain: decibels }, { requiredKeys: [] }),
    }),
  },
);

describe('the sum of a mix', () => {
  it('is that of those who are there, whoever came, left, was muted and spoke', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const mix = new AudioMix();
        const members = new Map<number, Member>();
        for (const each of steps) {
          const member = members.get(each.call);
          if (each.kind === 'join' && !member) {
            const joined = new Joined();
            const seat = mix.join(each.call, joined.voice, ALL_HEARD);
            joined.onSpoken = () => mix.spoke(each.call, seat);
            members.set(each.call, { joined, seat, law: each.law, settings: ALL_HEARD, says: undefined });
          } else if (!member) continue;
          else if (each.kind === 'leave') {
            mix.leave(each.call);
            members.delete(each.call);
          } else if (each.kind === 'change') {
            const before = member.settings;
            member.settings = { ...before, ...each.settings };
            mix.change(each.call, each.settings);
            // Another gain, and being heard again, begin with a frame.
            if (member.settings.isHeard) {
              if (member.says) member.joined.heard(FRAME_VOICE, member.law, member.says);
              else member.joined.heard(FRAME_EMPTY, member.law, filled(0));
            }
          } else if (each.kind === 'says') {
            member.says = each.bytes;
            member.joined.heard(FRAME_VOICE, member.law, each.bytes);
          } else if (each.kind === 'silent') {
            member.says = each.byte === undefined ? undefined : filled(each.byte);
            member.joined.heard(member.says ? FRAME_VOICE : FRAME_EMPTY, member.law, member.says ?? filled(0));
          }
          const present = [...members.values()];
          expect(mix.total).toEqual(sum(present.map(part)));
          expect(mix.size).toBe(present.length);
          for (const one of present) {
            const heard = new Int32Array(FRAME);
            one.seat.add(heard);
            expect(heard).toEqual(sum(present.filter((other) => other !== one).map(part)));
          }
        }
        for (const each of members.keys()) mix.leave(each);
        expect(mix.total).toEqual(new Int32Array(FRAME));
        expect(mix.speaking).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a mix', () => {
  it('gives everybody the others’ frames once each, and silence when there are no new ones', () => {
    const mix = new AudioMix();
    const [one, other] = [new Party(mix, 1), new Party(mix, 2)];
    one.says(filled(0x12));
    other.says();
    expect(other.hears).toEqual(filled(0x12));
    other.says();
    expect(other.hears).toEqual(filled(ULAW_SILENCE));
    one.says(filled(0x34));
    other.says();
    expect(other.hears).toEqual(filled(0x34));
  });

  it('translates to the law of who hears', () => {
    const mix = new AudioMix();
    const [one, other] = [new Party(mix, 1), new Party(mix, 2, {}, PCMA)];
    one.says(filled(0x12));
    other.says();
    expect(other.hears).toEqual(filled(ULAW_TO_ALAW[0x12] ?? 0));
  });

  it('lets who is alone hear nothing, so that something else can be played', () => {
    const mix = new AudioMix();
    const one = new Party(mix, 1);
    expect(one.joined.isThere).toBe(false);
    const other = new Party(mix, 2, { hears: false });
    expect([one.joined.isThere, other.joined.isThere]).toEqual([true, false]);
    other.leave();
    expect(one.joined.isThere).toBe(false);
  });

  it('lets nobody hear who is not to be heard, at once', () => {
    const mix = new AudioMix();
    const [one, other] = [new Party(mix, 1), new Party(mix, 2)];
    one.says(filled(0x12));
    mix.change(1, { isHeard: false });
    other.says();
    expect(other.hears).toEqual(filled(ULAW_SILENCE));
    one.says(filled(0x12));
    other.says(filled(0x34));
    expect(other.hears).toEqual(filled(ULAW_SILENCE));
    expect(one.hears).toEqual(filled(0x34));
  });

  it.each([
    ['the gain of who speaks', { gain: 6 }, {}],
    ['the volume of who hears', {}, { volume: 6 }],
  ])('applies %s', (_name, speaks, hears) => {
    const mix = new AudioMix();
    const [one, other] = [new Party(mix, 1, speaks), new Party(mix, 2, hears)];
    one.says(filled(0x2f));
    other.says();
    const table = decodeTable(PCMU);
    const heard = table[other.hears[0] ?? 0] ?? 0;
    expect(20 * Math.log10(heard / (table[0x2f] ?? 0))).toBeCloseTo(6, 0);
  });

  it('tells the level of each, after its gain, also of who is not heard', () => {
    const mix = new AudioMix();
    const parties = [
      new Party(mix, 1),
      new Party(mix, 2, { gain: -20 }),
      new Party(mix, 3, { isHeard: false }),
      new Party(mix, 4),
    ];
    for (const party of parties.slice(0, 3)) party.says(filled(0x80));
    parties[3]?.says();
    const levels = new Map(mix.levels);
    expect([1, 2, 3, 4].map((each) => Math.round(levels.get(each) ?? 0) + 0)).toEqual([0, -20, 0, -127]);
  });
});
