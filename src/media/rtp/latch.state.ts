/** Where packets come from and go to. */
export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
}

/** Packets in a row of one SSRC that a source must send before it is followed. */
const PACKETS_TO_FOLLOW = 3;
/** A source that keeps the SSRC is the same one behind a new NAT binding: a short silence of the old one is enough. */
const SILENCE_SAME_SSRC_MS = 300;
/** Another SSRC is a stranger: the present source must have been gone for longer. */
const SILENCE_OTHER_SSRC_MS = 2000;
/** Sequence numbers that may be missing between two packets in a row. */
const MAX_GAP = 10;
/** Strangers that are watched at the same time, so that one of them can not keep out another. */
const CANDIDATES = 4;

interface Candidate {
  address: string;
  port: number;
  ssrc: number;
  sequence: number;
  /** Packets in a row. */
  count: number;
  heardAt: number;
}

/**
 * Symmetric RTP with a safe latch: decides which packets are used, and where ours go.
 *
 * It begins with the address that the far end described. A far end behind a NAT sends from elsewhere: it is followed when
 * nothing has come from the described address, and has sent a few packets in a row. What has been latched is left only when it
 * has fallen silent, so a spoofed packet takes no stream over. The described address always wins the stream back.
 */
export class Latch {
  #described: RemoteAddress | undefined;
  #remote: RemoteAddress | undefined;
  #ssrc = 0;
  /** When the present source was heard last; undefined before anything was. */
  #heardAt: number | undefined;
  readonly #candidates: Candidate[] = Array.from({ length: CANDIDATES }, () => ({
    address: '',
    port: 0,
    ssrc: 0,
    sequence: 0,
    count: 0,
    heardAt: Number.NEGATIVE_INFINITY,
  }));

  /**
   * Takes the address of a description. The same as before leaves everything as it is, so that a re-INVITE does not tear down
   * the way through a NAT; another one begins anew.
   */
  describe(address: string, port: number): void {
    if (this.#described?.address === address && this.#described.port === port) return;
    this.#described = { address, port };
    this.#remote = this.#described;
    this.#heardAt = undefined;
    this.#forgetCandidates();
  }

  /** Where to send: the same object until it changes; undefined before a description. */
  get remote(): RemoteAddress | undefined {
    return this.#remote;
  }

  /** Whether packets have come from {@link Latch.remote}. */
  get latched(): boolean {
    return this.#heardAt !== undefined;
  }

  /**
   * Decides about a packet. Ask only about valid RTP of a payload type that was negotiated: everything else must not move the
   * latch.
   *
   * @param now - time in milliseconds.
   * @returns whether the packet is to be used.
   */
  accept(address: string, port: number, ssrc: number, sequence: number, now: number): boolean {
    const remote = this.#remote;
    if (remote === undefined) return false;
    if (remote.port === port && remote.address === address) {
      this.#ssrc = ssrc;
      this.#heardAt = now;
      return true;
    }
    const candidate = this.#watch(address, port, ssrc, sequence, now);
    if (candidate.count < PACKETS_TO_FOLLOW || !this.#mayMoveTo(candidate, now)) return false;
    this.#remote = this.#isDescribed(address, port) ? this.#described : { address, port };
    this.#ssrc = ssrc;
    this.#heardAt = now;
    this.#forgetCandidates();
    return true;
  }

  #isDescribed(address: string, port: number): boolean {
    return this.#described?.address === address && this.#described.port === port;
  }

  #mayMoveTo(candidate: Candidate, now: number): boolean {
    if (this.#heardAt === undefined || this.#isDescribed(candidate.address, candidate.port)) return true;
    const silence = now - this.#heardAt;
    return silence >= (candidate.ssrc === this.#ssrc ? SILENCE_SAME_SSRC_MS : SILENCE_OTHER_SSRC_MS);
  }

  /** Counts the packets in a row of a source that is not the present one; the one silent for longest makes room. */
  #watch(address: string, port: number, ssrc: number, sequence: number, now: number): Candidate {
    let candidate = this.#candidates[0] as Candidate;
    for (const each of this.#candidates) {
      if (each.port === port && each.ssrc === ssrc && each.address === address) {
        const ahead = (sequence - each.sequence) & 0xffff;
        // A repeated or overtaken packet neither helps nor harms.
        if (ahead === 0 || ahead > 0xffff - MAX_GAP) return each;
        each.count = ahead <= MAX_GAP ? each.count + 1 : 1;
        each.sequence = sequence;
        each.heardAt = now;
        return each;
      }
      if (each.heardAt < candidate.heardAt) candidate = each;
    }
    candidate.address = address;
    candidate.port = port;
    candidate.ssrc = ssrc;
    candidate.sequence = sequence;
    candidate.count = 1;
    candidate.heardAt = now;
    return candidate;
  }

  #forgetCandidates(): void {
    for (const candidate of this.#candidates) {
      candidate.address = '';
      candidate.count = 0;
      candidate.heardAt = Number.NEGATIVE_INFINITY;
    }
  }
}
