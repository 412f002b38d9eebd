import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newTelephoneEvent, readEvent } from '../../../../src/media/dtmf/event.codec.ts';
import { EventReceiver } from '../../../../src/media/dtmf/event-receiver.state.ts';
import { newRtpHeader, readRtp } from '../../../../src/media/rtp/packet.codec.ts';

interface Packet {
  readonly timestamp: number;
  readonly event: number;
  readonly end: boolean;
  readonly duration: number;
  readonly ms: number;
}

function receive(packets: readonly Packet[], receiver = new EventReceiver()): string {
  return packets.map((each) => receiver.receive(each.timestamp, each.event, each.end, each.duration, each.ms)).join('');
}

/** The packets of one press: five reports and three ends. */
function press(event: number, timestamp: number, ms: number): Packet[] {
  return Array.from({ length: 8 }, (_, index) => ({
    timestamp: timestamp >>> 0,
    event,
    end: index >= 5,
    duration: Math.min(index + 1, 6) * 160,
    ms: ms + index * 20,
  }));
}

interface Vector {
  readonly packets: readonly { seq: number; ms: number; hex: string }[];
  readonly variants: readonly {
    name: string;
    drop?: number[];
    duplicate?: boolean;
    swapPairs?: boolean;
    sameSeqEnd?: boolean;
    expect?: string;
  }[];
}

const vector: Vector = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/telephone-event.json', import.meta.url), 'utf8'),
);

/** Reads the packets of RFC 4733 §5 off the wire. */
function fromWire(packets: Vector['packets']): Packet[] {
  return packets.map(({ hex, ms }) => {
    const bytes = Buffer.from(hex, 'hex');
    const header = newRtpHeader();
    const event = newTelephoneEvent();
    expect(readRtp(bytes, bytes.length, header)).toBe(true);
    expect(readEvent(bytes, header.payloadOffset, header.payloadLength, event)).toBe(true);
    return { timestamp: header.timestamp, event: event.event, end: event.end, duration: event.duration, ms };
  });
}

describe('RFC 4733 §5: 911 is dialled', () => {
  it('gives three digits', () => {
    expect(receive(fromWire(vector.packets))).toBe('911');
  });

  it.each(vector.variants.filter((variant) => variant.expect === '911'))('$name', (variant) => {
    let packets = vector.packets.filter(({ seq }) => !variant.drop?.includes(seq));
    if (variant.duplicate) packets = packets.flatMap((packet) => [packet, packet]);
    if (variant.swapPairs) packets = packets.map((packet, index) => packets[index ^ 1] ?? packet);
    expect(receive(fromWire(packets))).toBe('911');
  });
});

describe('one press of a key', () => {
  it('is one digit whichever of its eight packets are lost, so that one arrives', () => {
    const packets = press(7, 5000, 0);
    for (let mask = 1; mask < 256; mask++) {
      expect(receive(packets.filter((_, index) => (mask >> index) & 1))).toBe('7');
    }
  });

  it('is one digit in whatever order they come, lost and doubled', () => {
    const packets = press(7, 5000, 0);
    for (let mask = 1; mask < 256; mask++) {
      const left = packets.filter((_, index) => (mask >> index) & 1);
      expect(receive([...left].reverse())).toBe('7');
      expect(receive([...left, ...left])).toBe('7');
      expect(receive(left.map((packet, index) => left[(index * 3) % left.length] ?? packet))).toBe('7');
    }
  });

  it('is one digit at once with the first packet, even one with duration 0', () => {
    const receiver = new EventReceiver();
    expect(receiver.receive(100, 0, false, 0, 0)).toBe('0');
    expect(receiver.receive(100, 0, false, 160, 20)).toBe('');
  });

  it('that goes on for more than 0xffff is one digit, with segments lost or not', () => {
    const segments = [0, 1, 2, 3].flatMap((segment) =>
      [8000, 0xffff].map((duration) => ({
        timestamp: (4_294_900_000 + segment * 0xffff) >>> 0,
        event: 3,
        end: segment === 3 && duration === 0xffff,
        duration,
        ms: segment * 8192 + duration / 8,
      })),
    );
    // A report comes every 20 ms in truth; here the last of a segment and the first of the next lie closer than five seconds.
    for (let mask = 1; mask < 256; mask++) {
      const left = segments
        .filter((_, index) => (mask >> index) & 1)
        .map((packet, index) => ({ ...packet, ms: index * 1000 }));
      expect(receive(left)).toBe('3');
    }
  });

  it('is one digit when the sender moves the timestamp on with each packet', () => {
    const packets = press(4, 8000, 0).map((packet, index) => ({
      ...packet,
      timestamp: packet.timestamp + Math.min(index, 5) * 160,
    }));
    expect(receive(packets)).toBe('4');
  });
});

describe('several presses', () => {
  it('of the same key count each, with no gap between and the ends lost', () => {
    const packets = [...press(1, 0, 0), ...press(1, 960, 120), ...press(1, 1920, 240)];
    expect(receive(packets)).toBe('111');
    expect(receive(packets.filter(({ end }) => !end))).toBe('111');
    expect(receive(packets.filter(({ end }) => end))).toBe('111');
  });

  it('of the same key count each for every pair of losses that leaves one packet of each', () => {
    const first = press(1, 0, 0);
    const second = press(1, 1760, 220);
    for (let mask = 1; mask < 256; mask++) {
      for (let other = 1; other < 256; other++) {
        const left = [
          ...first.filter((_, index) => (mask >> index) & 1),
          ...second.filter((_, index) => (other >> index) & 1),
        ];
        if (receive(left) !== '11') expect.fail(`lost ${mask} ${other}`);
      }
    }
  });

  it('are told apart when packets of the first arrive among those of the second', () => {
    const first = press(1, 0, 0);
    const second = press(2, 960, 120);
    expect(receive([...first.slice(0, 4), ...second.slice(0, 2), ...first.slice(4), ...second.slice(2)])).toBe('12');
  });

  it('of different keys at the same timestamp are different', () => {
    expect(receive([...press(1, 0, 0), ...press(2, 0, 200)])).toBe('12');
  });

  it('count again when a sender whose timestamps stand still presses seconds later', () => {
    expect(receive([...press(1, 77, 0), ...press(1, 77, 6000)])).toBe('11');
  });
});

describe('what is no key', () => {
  it.each([16, 17, 32, 66, 255])('event %i gives nothing', (event) => {
    expect(receive(press(event, 0, 0))).toBe('');
  });

  it('does not disturb the digit around it', () => {
    const packets = press(5, 0, 0);
    expect(receive([...packets.slice(0, 3), ...press(16, 0, 0), ...packets.slice(3)])).toBe('5');
  });
});

it('reset() forgets the presses', () => {
  const receiver = new EventReceiver();
  expect(receive(press(5, 0, 0), receiver)).toBe('5');
  receiver.reset();
  expect(receive(press(5, 0, 100), receiver)).toBe('5');
});
