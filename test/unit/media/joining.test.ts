import { beforeEach, describe, expect, it } from 'vitest';
import type { MediaSession } from '../../../src/channel/media-port.ts';
import type { Mix, MixSeat } from '../../../src/channel/mix-port.ts';
import { silentLogger } from '../../../src/logger.ts';
import { decodeTable, encodeUlaw, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { Media } from '../../../src/media/media.ts';
import { Joined } from '../../../src/media/mix/joined.state.ts';
import { Link } from '../../../src/media/mix/link.state.ts';
import { FRAME_VOICE } from '../../../src/media/rtp/jitter-buffer.state.ts';
import { newRtpHeader, readRtp, writeRtpHeader } from '../../../src/media/rtp/packet.codec.ts';
import { Switchboard } from '../../../src/media/worker/switchboard.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';
import { rawOffer } from '../../integration/media/raw-audio.ts';
import { MemoryPacketIo } from '../../support/memory-packet-io.ts';

const SILENCE = 0xff;

let clock: VirtualClock;
let io: MemoryPacketIo;
let media: Media;
let workers: number;

function start(min = 20_000): Promise<Media> {
  const rtpPorts = { min, max: min + 999 };
  return Media.start({ clock, logger: silentLogger, rtpPorts, workers, inline: { io, random: () => 0.5 } });
}

/** With all calls in one engine, and with each in one of its own, as far as there are enough. */
function ofEach(what: string, describeThem: () => void): void {
  describe.each([
    ['of one engine', 1],
    ['of two engines', 2],
    ['of five engines', 5],
  ])(`${what} %s`, (_, count) => {
    beforeEach(async () => {
      workers = count;
      clock = new VirtualClock();
      io = new MemoryPacketIo();
      media = await start();
    });
    describeThem();
  });
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

ofEach('a link between sessions', () => {
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
    void carol.session.close();
    // With nobody to hear, the background is there.
    const music = bob.session.playBackground({
      sources: [{ kind: 'samples', name: 'music', samples: new Int16Array(8000).fill(5000), sampleRate: 8000 }],
      bargeIn: '',
      loop: true,
    });
    await music.started;
    pass(200, [bob]);
    expect(bob.hears).not.toBe(SILENCE);
    await media.close();
  });

  it('is refused where it cannot be, with what to do about it', async () => {
    const [alice, bob] = [await Party.join(1), await Party.join(2)];
    const code = 'INVALID_STATE';
    expect(() => alice.session.link(alice.session)).toThrow(expect.objectContaining({ code }));
    const stranger = await Party.join(3, await start(30_000));
    expect(() => alice.session.link(stranger.session)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(/different user agents/) }),
    );
    expect(() => alice.session.link({} as MediaSession)).toThrow(expect.objectContaining({ code }));
    void bob.session.close();
    expect(() => alice.session.link(bob.session)).toThrow(expect.objectContaining({ code }));
    expect(() => bob.session.link(alice.session)).toThrow(expect.objectContaining({ code }));
    await media.close();
  });
});

ofEach('a mix of sessions', () => {
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

/** A mix with so many who take part, each saying a byte of its own. */
async function mixed(count: number): Promise<{ mix: Mix<MediaSession>; parties: Party[]; seats: MixSeat[] }> {
  const parties: Party[] = [];
  const seats: MixSeat[] = [];
  const mix = media.mix();
  for (let index = 0; index < count; index++) {
    const party = await Party.join(index);
    party.says = 0xa0 + index;
    parties.push(party);
    seats.push(mix.join(party.session));
  }
  return { mix, parties, seats };
}

ofEach('taking part in a mix', () => {
  it('can be changed at any moment', async () => {
    const { parties, seats } = await mixed(3);
    pass(400, parties);
    seats[0]?.change({ isHeard: false });
    seats[2]?.change({ hears: false });
    pass(200, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([sum(0xa1, 0xa2), 0xa2, SILENCE]);
    seats[0]?.change({ isHeard: true, gain: -60 });
    seats[2]?.change({ hears: true, volume: -60 });
    pass(200, parties);
    expect(parties.map(({ hears }) => hears)).toEqual(
      [sum(0xa1, 0xa2), 0xa2, SILENCE].map((byte, index) => (index === 2 ? 0xfe : byte)),
    );
    await media.close();
  });

  it('ends by leaving, once, and can begin anew elsewhere', async () => {
    const { parties, seats } = await mixed(3);
    const [one, two, three] = parties as [Party, Party, Party];
    pass(400, parties);
    seats[2]?.leave();
    seats[2]?.leave();
    pass(200, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([0xa1, 0xa0, SILENCE]);
    const other = media.mix();
    other.join(three.session);
    seats[1]?.leave();
    other.join(two.session);
    seats[1]?.change({ isHeard: false });
    pass(200, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([SILENCE, 0xa2, 0xa1]);
    expect(one.session.direction).toBe('sendrecv');
    await media.close();
  });

  it('ends with the session, also while others talk, and the mix goes on', async () => {
    const { mix, parties } = await mixed(4);
    pass(400, parties);
    const rest = parties.slice(1);
    void parties[0]?.session.close();
    pass(100, rest);
    expect(rest[0]?.hears).toBe(sum(0xa2, 0xa3));
    expect([...(await mix.levels()).keys()]).toEqual(rest.map(({ session }) => session));
    for (const { session } of parties.slice(1)) void session.close();
    expect((await mix.levels()).size).toBe(0);
    const later = await Party.join(20);
    const another = await Party.join(21);
    later.says = 0x99;
    mix.join(later.session);
    mix.join(another.session);
    pass(400, [later, another]);
    expect(another.hears).toBe(0x99);
    await media.close();
  });

  it('is refused where it cannot be, and nothing has happened then', async () => {
    const { mix, parties } = await mixed(2);
    const [one] = parties as [Party];
    const code = 'INVALID_STATE';
    expect(() => mix.join(one.session)).toThrow(expect.objectContaining({ code }));
    expect(() => media.mix().join(one.session)).toThrow(expect.objectContaining({ code }));
    const stranger = await Party.join(3, await start(30_000));
    expect(() => mix.join(stranger.session)).toThrow(expect.objectContaining({ code }));
    expect(() => media.mix().join(stranger.session)).toThrow(expect.objectContaining({ code }));
    const closed = await Party.join(4);
    void closed.session.close();
    expect(() => mix.join(closed.session)).toThrow(expect.objectContaining({ code }));
    pass(400, parties);
    expect(parties.map(({ hears }) => hears)).toEqual([0xa1, 0xa0]);
    mix.close();
    mix.close();
    expect(() => mix.join(one.session)).toThrow(expect.objectContaining({ code }));
    expect((await mix.levels()).size).toBe(0);
    await media.close();
  });

  it('goes together with links, which are added', async () => {
    const { parties } = await mixed(2);
    const coach = await Party.join(9);
    coach.says = 0xb4;
    coach.session.link((parties[0] as Party).session);
    pass(400, [...parties, coach]);
    expect(parties.map(({ hears }) => hears)).toEqual([sum(0xa1, 0xb4), 0xa0]);
    await media.close();
  });

  it('is told of: who talks, who is the loudest, and the levels of all', async () => {
    const { mix, parties, seats } = await mixed(3);
    const [one, two, three] = parties as [Party, Party, Party];
    const names = new Map<MediaSession | undefined, string>([
      [one.session, 'one'],
      [two.session, 'two'],
      [three.session, 'three'],
    ]);
    const told: string[] = [];
    mix.listen((event) => {
      const name = names.get(event.session) ?? 'nobody';
      told.push(event.type === 'loudest' ? `loudest ${name}` : `${name} ${event.isTalking ? 'talks' : 'is silent'}`);
    });
    two.says = three.says = undefined;
    pass(1000, parties);
    expect(told).toEqual(['one talks', 'loudest one']);
    two.says = 0x80;
    pass(2000, parties);
    expect(told.slice(2)).toEqual(['two talks', 'loudest two']);
    const levels = await mix.levels();
    expect(Math.round(levels.get(one.session) ?? 0)).toBe(-12);
    expect(Math.round(levels.get(two.session) ?? 1)).toBeCloseTo(0);
    expect(levels.get(three.session)).toBe(-127);
    told.length = 0;
    seats[1]?.change({ isHeard: false });
    expect(told).toEqual(['two is silent', 'loudest one']);
    seats[0]?.leave();
    expect(told.slice(2)).toEqual(['loudest nobody']);
    await media.close();
  });
});

ofEach('a call that breaks down', () => {
  it.each([0, 1, 2])(
    'is heard by nobody any more, and disturbs none of those that it is joined to: call %i',
    async (which) => {
      const { mix, parties } = await mixed(3);
      const broken = parties[which] as Party;
      const rest = parties.filter((party) => party !== broken) as [Party, Party];
      const linked = await Party.join(9);
      broken.session.link(linked.session);
      linked.session.link(broken.session);
      pass(400, [...parties, linked]);
      expect(linked.hears).toBe(broken.says);
      const events: string[] = [];
      broken.session.listen(({ type }) => events.push(type));
      io.failFor = broken.session.local.rtpPort;
      pass(200, [...parties, linked]);
      expect(events).toEqual(['failed']);
      expect(rest.map(({ hears }) => hears)).toEqual([rest[1].says, rest[0].says]);
      expect(linked.hears).toBe(SILENCE);
      expect([...(await mix.levels()).keys()]).toEqual(rest.map(({ session }) => session));
      await media.close();
    },
  );
});

describe('many links', () => {
  it('leave nothing behind, however they end', () => {
    const calls = Array.from({ length: 12 }, () => new Joined());
    const closed = new Set<number>();
    const board = new Switchboard(
      (call) => (closed.has(call) ? undefined : calls[call]),
      () => undefined,
      { add: () => undefined, remove: () => undefined },
    );
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed % below;
    };
    const open: number[] = [];
    for (let link = 1; link <= 1000; link++) {
      board.take({ kind: 'link', link, from: random(12), to: random(12), volume: random(2) });
      open.push(link);
      if (random(3) > 0) board.take({ kind: 'unlink', link: open.splice(random(open.length), 1)[0] ?? 0 });
      if (random(20) === 0) {
        const call = random(12);
        board.drop(call);
        if (random(4) === 0) closed.add(call);
        else closed.delete(call);
      }
    }
    for (const link of [...open, ...open]) board.take({ kind: 'unlink', link });
    for (const call of calls) {
      expect(call.isThere).toBe(false);
      // Nobody hears it: nothing is kept.
      const before = call.voice.count;
      call.heard(FRAME_VOICE, PCMU, new Uint8Array(160));
      expect(call.voice.count).toBe(before);
      const again = new Link(call.voice, 0);
      call.heard(FRAME_VOICE, PCMU, new Uint8Array(160));
      expect(call.voice.count).toBe(before + 1);
      again.close();
    }
  });
});

/** The byte that two are together. */
function sum(one: number, other: number): number {
  const table = decodeTable(PCMU);
  return encodeUlaw((table[one] ?? 0) + (table[other] ?? 0));
}
