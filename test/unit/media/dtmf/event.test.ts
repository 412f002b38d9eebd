import { describe, expect, it } from 'vitest';
import {
  digitOfEvent,
  eventOfDigit,
  newTelephoneEvent,
  readEvent,
  writeEvent,
} from '../../../../src/media/dtmf/event.codec.ts';

describe('telephone-event payload (RFC 4733 §2.3)', () => {
  it('is read and written bit by bit', () => {
    const bytes = new Uint8Array(6);
    writeEvent(bytes, 1, 11, true, 10, 0xabcd);
    expect(Array.from(bytes)).toEqual([0, 11, 0x8a, 0xab, 0xcd, 0]);
    const event = newTelephoneEvent();
    expect(readEvent(bytes, 1, 4, event)).toBe(true);
    expect(event).toEqual({ event: 11, end: true, volume: 10, duration: 0xabcd });
  });

  it('keeps the reserved bit apart from the volume', () => {
    const event = newTelephoneEvent();
    readEvent(Uint8Array.of(1, 0x40 | 63, 0, 160), 0, 4, event);
    expect(event).toEqual({ event: 1, end: false, volume: 63, duration: 160 });
  });

  it.each([0, 1, 3, 5, 8])('of %i bytes is not read', (length) => {
    expect(readEvent(new Uint8Array(16), 0, length, newTelephoneEvent())).toBe(false);
  });

  it('that leaves the packet is not read', () => {
    expect(readEvent(new Uint8Array(6), 4, 4, newTelephoneEvent())).toBe(false);
  });
});

describe('keys (RFC 4733 table 3)', () => {
  it('have the numbers 0 to 15', () => {
    expect(Array.from('0123456789*#ABCD', eventOfDigit)).toEqual(Array.from({ length: 16 }, (_, event) => event));
    expect(Array.from({ length: 16 }, (_, event) => digitOfEvent(event)).join('')).toBe('0123456789*#ABCD');
  });

  it('may be written small, and nothing else is a key', () => {
    expect(eventOfDigit('d')).toBe(15);
    for (const other of ['', ',', 'E', '12', ' ', '\u0660']) expect(eventOfDigit(other)).toBe(-1);
    for (const other of [16, 17, 32, 255, -1]) expect(digitOfEvent(other)).toBe('');
  });
});
