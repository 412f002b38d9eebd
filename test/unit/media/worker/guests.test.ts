import { beforeEach, describe, expect, it } from 'vitest';
import { PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import type { GuestMemory } from '../../../../src/media/mix/join-protocol.ts';
import { Joined } from '../../../../src/media/mix/joined.state.ts';
import { Link } from '../../../../src/media/mix/link.state.ts';
import { VOICE_BYTES } from '../../../../src/media/mix/voice-memory.ts';
import { FRAME_VOICE } from '../../../../src/media/rtp/jitter-buffer.state.ts';
import { Guests } from '../../../../src/media/worker/guests.ts';
import type { Ticker } from '../../../../src/media/worker/phase-clock.ts';

const CALL = 7;
const LENDING = 3;

/** Two engines as far as guests are concerned, and a call of the first one that is a guest of the second. */
let ticking: Set<Ticker>;
let home: Guests;
let host: Guests;
let call: Joined;
let memory: GuestMemory;
beforeEach(() => {
  ticking = new Set();
  const phases = {
    add: (ticker: Ticker) => void ticking.add(ticker),
    remove: (ticker: Ticker) => void ticking.delete(ticker),
  };
  home = new Guests(phases);
  host = new Guests(phases);
  call = new Joined();
  memory = { heard: new SharedArrayBuffer(VOICE_BYTES), said: new SharedArrayBuffer(VOICE_BYTES) };
  home.lend(LENDING, CALL, call, memory);
  host.enter(CALL, memory);
});

function frame(byte: number): Uint8Array {
  return new Uint8Array(160).fill(byte);
}

/** Makes a frame of everything: the call, the guest, and who it hears or is heard by. */
function pass(says: number, other?: Joined, otherSays = 0): void {
  call.heard(FRAME_VOICE, PCMU, frame(says));
  other?.heard(FRAME_VOICE, PCMU, frame(otherSays));
  for (const ticker of ticking) ticker.tick(0);
  call.next(PCMU);
  other?.next(PCMU);
}

function theGuest(): NonNullable<ReturnType<Guests['get']>> {
  const guest = host.get(CALL);
  if (!guest) throw new Error('the guest has entered');
  return guest;
}

describe('a guest of another engine', () => {
  it('is heard, byte for byte, one frame later at most', () => {
    const other = new Joined();
    other.add(new Link(theGuest().voice, 0));
    pass(0x31, other);
    pass(0x32, other);
    expect(other.frame).toEqual(frame(0x32));
  });

  it('is heard in its law after it has changed that', () => {
    const other = new Joined();
    other.add(new Link(theGuest().voice, 0));
    pass(0x31, other);
    for (const byte of [0x2b, 0x2c]) {
      call.heard(FRAME_VOICE, PCMA, frame(byte));
      for (const ticker of ticking) ticker.tick(0);
      other.next(PCMA);
    }
    expect(other.frame).toEqual(frame(0x2c));
  });

  it('is concealed for a moment when its thread is late, and silent when that goes on', () => {
    const other = new Joined();
    other.add(new Link(theGuest().voice, 0));
    for (let count = 0; count < 5; count++) pass(0x31, other);
    const heard: boolean[] = [];
    for (let count = 0; count < 5; count++) {
      for (const ticker of ticking) ticker.tick(0);
      heard.push(other.next(PCMU));
    }
    expect(heard).toEqual([true, true, true, false, false]);
    pass(0x32, other);
    pass(0x33, other);
    expect(other.next(PCMU)).toBe(false);
  });

  it('hears, byte for byte, and nothing is there to hear when nobody speaks to it', () => {
    const other = new Joined();
    expect(call.isThere).toBe(false);
    const link = new Link(other.voice, 0);
    theGuest().add(link);
    for (const byte of [0x41, 0x42, 0x43]) pass(0x31, other, byte);
    expect([call.isThere, call.frame]).toEqual([true, frame(0x43)]);
    theGuest().remove(link);
    expect(call.isThere).toBe(false);
  });

  it('that is gone is not heard, hears nothing, and is not driven any more', () => {
    const other = new Joined();
    theGuest().add(new Link(other.voice, 0));
    other.add(new Link(theGuest().voice, 0));
    pass(0x31, other, 0x41);
    host.leave(CALL);
    host.leave(CALL);
    expect([host.get(CALL), ticking.size, call.isThere]).toEqual([undefined, 0, false]);
    pass(0x31, other, 0x41);
    pass(0x31, other, 0x41);
    home.takeBack(LENDING);
    const { count } = call.voice;
    pass(0x31, other, 0x41);
    expect(call.voice.count).toBe(count);
    expect(other.next(PCMU)).toBe(false);
  });

  it('is taken back when its call is gone, once', () => {
    theGuest().add(new Link(new Joined().voice, 0));
    expect(call.isThere).toBe(true);
    home.drop(CALL + 1);
    expect(call.isThere).toBe(true);
    home.drop(CALL);
    home.drop(CALL);
    home.takeBack(LENDING);
    expect(call.isThere).toBe(false);
    const { count } = call.voice;
    call.heard(FRAME_VOICE, PCMU, frame(0x31));
    expect(call.voice.count).toBe(count);
  });
});
