import { compactNtp, ntpFraction, ntpSeconds, roundTripMs } from '../rtp/ntp.codec.ts';
import type { Reception } from '../rtp/reception.state.ts';
import { RTCP_MAX_SIZE, type RtcpHandler, type RtcpSenderInfo, readRtcp, writeRtcp } from '../rtp/rtcp.codec.ts';
import { RtcpSchedule } from '../rtp/rtcp-schedule.state.ts';
import type { RtpSender } from './rtp-sender.ts';

export interface RtcpControlOptions {
  readonly cname: string;
  /** What has to be added to `now` for the time of day, in milliseconds. */
  readonly wallOffsetMs: number;
  /** From 0 to 1, a new one with each call. */
  readonly random: () => number;
}

/** The RTCP of one stream: what to send when, and what the far end reports. */
export class RtcpControl {
  readonly slab: Uint8Array = new Uint8Array(RTCP_MAX_SIZE);
  /** From the far end's last report about us. */
  roundTripMs: number | undefined;
  /** Reports received. */
  received = 0;
  readonly #options: RtcpControlOptions;
  readonly #sender: RtpSender;
  readonly #schedule = new RtcpSchedule();
  readonly #handler: RtcpHandler;
  #begun = false;
  #packetsAtReport = 0;
  #now = 0;
  #reception: Reception | undefined;

  constructor(options: RtcpControlOptions, sender: RtpSender) {
    this.#options = options;
    this.#sender = sender;
    this.#handler = {
      senderReport: (ssrc, seconds, fraction) => {
        if (this.#reception?.ssrc === ssrc) this.#reception.senderReport(seconds, fraction, this.#now);
      },
      reportBlock: (_reporter, source, _fraction, _lost, _highest, _jitter, lastSr, delay) => {
        if (source !== this.#sender.ssrc) return;
        const wall = this.#now + this.#options.wallOffsetMs;
        const trip = roundTripMs(compactNtp(ntpSeconds(wall), ntpFraction(wall)), lastSr, delay);
        if (trip !== undefined) this.roundTripMs = trip;
      },
    };
  }

  /** Takes a compound packet. @returns false when it is not valid. */
  receive(packet: Uint8Array, length: number, reception: Reception | undefined, now: number): boolean {
    this.#now = now;
    this.#reception = reception;
    if (!readRtcp(packet, length, this.#handler)) return false;
    this.#schedule.received(length);
    this.received++;
    return true;
  }

  /** Writes the report that is due into `slab`. @returns its length, 0 when none is due. */
  tick(reception: Reception | undefined, now: number): number {
    if (!this.#begun) {
      this.#begun = true;
      this.#schedule.begin(now, this.#options.random());
    }
    if (now < this.#schedule.nextAt || !this.#schedule.due(now, this.#options.random())) return 0;
    const length = this.#write(reception, now, false);
    this.#schedule.sent(now, length, this.#options.random());
    return length;
  }

  /** Writes the last report with a BYE (RFC 3550 §6.6). @returns its length, 0 when we never sent anything. */
  bye(reception: Reception | undefined, now: number): number {
    return this.#sender.packetsSent === 0 ? 0 : this.#write(reception, now, true);
  }

  #write(reception: Reception | undefined, now: number, bye: boolean): number {
    const block = reception?.report(now);
    // A sender report is only for those who have sent since the last one (RFC 3550 §6.4).
    const sent = this.#sender.packetsSent > this.#packetsAtReport;
    this.#packetsAtReport = this.#sender.packetsSent;
    return writeRtcp(this.slab, {
      ssrc: this.#sender.ssrc,
      cname: this.#options.cname,
      sender: sent ? this.#senderInfo(now) : undefined,
      blocks: block ? [block] : [],
      bye: bye ? {} : undefined,
    });
  }

  #senderInfo(now: number): RtcpSenderInfo {
    const wall = now + this.#options.wallOffsetMs;
    return {
      ntpSeconds: ntpSeconds(wall),
      ntpFraction: ntpFraction(wall),
      rtpTimestamp: this.#sender.timestamp,
      packetCount: this.#sender.packetsSent,
      octetCount: this.#sender.octetsSent,
    };
  }
}
