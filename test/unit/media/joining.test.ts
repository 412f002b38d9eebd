import { beforeEach, describe, expect, it } from 'vitest';
import type { MediaSession } from '../../../src/channel/media-port.ts';
import { silentLogger } from '../../../src/logger.ts';
import { decodeTable, encodeUlaw, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { Media } from '../../../src/media/media.ts';
import { newRtpHeader, readRtp, writeRtpHeader } from '../../../src/media/rtp/packet.codec.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';
import { rawOffer } from '../../integration/media/raw-audio.ts';
import { MemoryPacketIo } from '../../support/memory-packet-io.ts';

const SILENCE = 0xff;

let clock: VirtualClock;
let io: MemoryPacketIo;
let media: Media;
beforeEach(async () => {
  clock = new VirtualClock();
  io = new MemoryPacketIo();
  media = await start();
});

function start(): Promise<Media> {
  const rtpPorts = { min: 20_000, max: 20_999 };
  return Media.start({ clock, logger: silentLogger, rtpPorts, inline: { io, random: () => 0.5 } });
}

/** A party: the far end of one session, with a byte of its own that all its audio is made of. */
class Party {
  readonly session: MediaSession;
  readonly heard: Buffer[] = [];
  says: number | undefined;
  #send: () => void;
  #sequence = 1;

  private constructor(session: MediaSession, send: (packet: Buffer) => void) {
    this.session = session;
    const tell = (): void => {
      const packet = Buffer.alloc(172, this.says ?? SILENCE);
      writeRtpHeader(packet, 0, false, 0, this.#sequence, this.#sequence * 160, 9);
      this.#sequence++;
      if (this.says !== undefined) send(packet);
    };
    this.#send = tell;
  }

  static async join(index: number, of = media): Promise<Party> {
    const address = `192.0.2.${index + 10}`;
    const header = newRtpHeader();
    let party: Party | undefined;
    const ports = await io.open(address, 4000, {
      receiveRtp: (packet) => {
        if (readRtp(packet, packet.length, header))
          party?.heard.push(Buffer.from(packet.subarray(header.payloadOffset)));
      },
      receiveRtcp: () => undefined,
    });
    const session = await of.open({ address: '192.0.2.1', codecs: ['PCMU'] });
    session.answer(rawOffer(address, 4000));
    party = new Party(session, (packet) => ports.sendRtp(packet, 0, packet.length, '192.0.2.1', session.local.rtpPort));
    return party;
  }

  tell(): void {
    this.#send();
  }

  /** The byte that fills what it has heard last; undefined when there is more than one. */
  get hears(): number | undefined {
    const last = this.heard.at(-1);
    return last?.every((byte) => byte === last[0]) ? last[0] : undefined;
  }
}

function pass(ms: number, parties: readonly Party[]): void {
  for (let passed = 0; passed < ms; passed += 20) {
    for (const party of parties) party.tell();
    clock.advance(20);
  }
}

describe('a link between sessions', () => {
  it('lets the far end of one hear that of the other, until it is closed', async () => {
    const [alice, bob] = [await Party.join(1), await Party.join(2)];
    alice.says = 0x31;
    bob.says = 0x42;
    const link = alice.session.link(bob.session);
    pass(400, [alice, bob]);
    expect([alice.hears, bob.hears]).toEqual([SILENCE, 0x31]);
    const back = bob.session.link(alice.session);
    link.close();
    link.close();
    pass(200, [alice, bob]);
    expect([alice.hears, bob.hears]).toEqual([0x42, SILENCE]);
    back.close();
    await media.close();
  });

  it('ends with either session, and leaves the other one as it was', async () => {
    const [alice, bob, carol] = [await Party.join(1), await Party.join(2), await Party.join(3)];
    alice.says = 0x31;
    carol.says = 0x53;
    const first = alice.session.link(bob.session);
    carol.session.link(alice.session);
    pass(400, [alice, bob, carol]);
    expect([alice.hears, bob.hears]).toEqual([0x53, 0x31]);
    void alice.session.close();
    first.setVolume(3);
    first.close();
    pass(200, [bob, carol]);
    expect(bob.hears).toBe(SILENCE);
    carol.session.link(bob.session);
    pass(200, [bob, carol]);
    expect(bob.hears).toBe(0x53);
    await media.close();
  });

  it('is refused where it cannot be, with what to do about it', async () => {
    const [alice, bob] = [await Party.join(1), await Party.join(2)];
    const code = 'INVALID_STATE';
    expect(() => alice.session.link(alice.session)).toThrow(expect.objectContaining({ code }));
    const stranger = await Party.join(3, await start());
    expect(() => alice.session.link(stranger.session)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(/mediaWorkers: 1/) }),
    );
    expect(() => alice.session.link({} as MediaSession)).toThrow(expect.objectContaining({ code }));
    void bob.session.close();
    expect(() => alice.session.link(bob.session)).toThrow(expect.objectContaining({ code }));
    expect(() => bob.session.link(alice.session)).toThrow(expect.objectContaining({ code }));
    await media.close();
  });
});

describe('a mix', () => {
  it('lets each hear all others and not itself', async () => {
    const parties = [await Party.join(1), await Party.join(2), await Party.join(3)] as const;
    const [alice, bob, carol] = parties;
    const mix = media.mix();
    for (const { session } of parties) mix.join(session);
    alice.says = 0xb1;
    pass(400, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([SILENCE, 0xb1, 0xb1]);
    bob.says = 0xc2;
    pass(400, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([0xc2, 0xb1, sum(0xb1, 0xc2)]);
    carol.says = 0xa3;
    pass(400, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([sum(0xc2, 0xa3), sum(0xb1, 0xa3), sum(0xb1, 0xc2)]);
    mix.close();
    pass(100, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([SILENCE, SILENCE, SILENCE]);
    await media.close();
  });
});

/** The byte that two are together. */
function sum(one: number, other: number): number {
  const table = decodeTable(PCMU);
  return encodeUlaw((table[one] ?? 0) + (table[other] ?? 0));
}
