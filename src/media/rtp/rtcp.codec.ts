/** RTCP packet types (RFC 3550 §12.1). */
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
/** Type of the only SDES item that is of use to us (RFC 3550 §6.5). */
const CNAME = 1;

const HEADER_SIZE = 4;
const SENDER_INFO_SIZE = 20;
const REPORT_BLOCK_SIZE = 24;
/** Blocks that the five-bit count of a report can say. */
const MAX_BLOCKS = 31;
const MAX_TEXT = 255;

/** Room that {@link writeRtcp} needs at most: a full report, a CNAME and a BYE with a reason. */
export const RTCP_MAX_SIZE: number =
  HEADER_SIZE + 4 + SENDER_INFO_SIZE + MAX_BLOCKS * REPORT_BLOCK_SIZE + 2 * (HEADER_SIZE + 4 + 4 + MAX_TEXT);

/** What a sender says about its stream (RFC 3550 §6.4.1). All unsigned 32-bit numbers. */
export interface RtcpSenderInfo {
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
}

/** What a receiver says about a stream (RFC 3550 §6.4.1). */
export interface RtcpReportBlock {
  /** SSRC that the block is about. */
  readonly source: number;
  /** Lost since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Lost since the beginning, 24 bits signed. */
  readonly cumulativeLost: number;
  /** Extended highest sequence number received. */
  readonly highestSequence: number;
  /** Interarrival jitter in timestamp units. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP timestamp of the last sender report; 0 for none. */
  readonly lastSr: number;
  /** Time since then in 1/65536 seconds. */
  readonly delaySinceLastSr: number;
}

export interface RtcpReport {
  /** Our SSRC. */
  readonly ssrc: number;
  /** Our canonical name; at most 255 bytes are sent. */
  readonly cname: string;
  /** Makes it a sender report. */
  readonly sender?: RtcpSenderInfo | undefined;
  /** At most 31 are sent. */
  readonly blocks: readonly RtcpReportBlock[];
  /** Adds a BYE of our SSRC. */
  readonly bye?: { readonly reason?: string | undefined } | undefined;
}

/** Takes what {@link readRtcp} finds, in the order of the packet. */
export interface RtcpHandler {
  senderReport?(
    ssrc: number,
    ntpSeconds: number,
    ntpFraction: number,
    rtpTimestamp: number,
    packetCount: number,
    octetCount: number,
  ): void;
  reportBlock?(
    reporter: number,
    source: number,
    fractionLost: number,
    cumulativeLost: number,
    highestSequence: number,
    jitter: number,
    lastSr: number,
    delaySinceLastSr: number,
  ): void;
  bye?(ssrc: number, reason: string): void;
  cname?(ssrc: number, text: string): void;
}

function read16(packet: Uint8Array, at: number): number {
  return ((packet[at] as number) << 8) | (packet[at + 1] as number);
}

function read32(packet: Uint8Array, at: number): number {
  return ((read16(packet, at) << 16) | read16(packet, at + 2)) >>> 0;
}

function readText(packet: Uint8Array, at: number, length: number): string {
  return Buffer.from(packet.buffer, packet.byteOffset + at, length).toString('utf8');
}

/** Whether a datagram on a port that RTP and RTCP share is RTCP (RFC 5761 §4). */
export function isRtcp(packet: Uint8Array, length: number): boolean {
  return length >= 2 && (packet[1] as number) >= 192 && (packet[1] as number) <= 223;
}

/** Bytes that a packet of this type must have at least for the count in its header. */
function smallestSize(type: number, count: number): number {
  if (type === SENDER_REPORT) return HEADER_SIZE + 4 + SENDER_INFO_SIZE + count * REPORT_BLOCK_SIZE;
  if (type === RECEIVER_REPORT) return HEADER_SIZE + 4 + count * REPORT_BLOCK_SIZE;
  if (type === GOODBYE) return HEADER_SIZE + count * 4;
  return HEADER_SIZE;
}

/** Bytes without padding of the packet at `at`; -1 when it or its padding can not be right. */
function contentSize(packet: Uint8Array, at: number, length: number): number {
  if (at + HEADER_SIZE > length) return -1;
  const first = packet[at] as number;
  const size = (read16(packet, at + 2) + 1) * 4;
  if (first >> 6 !== 2 || at + size > length) return -1;
  let content = size;
  if ((first & 0x20) !== 0) {
    const padding = packet[at + size - 1] as number;
    // Only the last packet of a compound is padded (RFC 3550 §6.4.1).
    if (at + size !== length || padding === 0 || padding % 4 !== 0) return -1;
    content -= padding;
  }
  return content < smallestSize(packet[at + 1] as number, first & 0x1f) ? -1 : content;
}

function isValidCompound(packet: Uint8Array, length: number): boolean {
  if (length < HEADER_SIZE + 4 || length > packet.length) return false;
  const type = packet[1] as number;
  if (type !== SENDER_REPORT && type !== RECEIVER_REPORT) return false;
  let at = 0;
  while (at < length) {
    if (contentSize(packet, at, length) < 0) return false;
    at += (read16(packet, at + 2) + 1) * 4;
  }
  return true;
}

function readBlocks(packet: Uint8Array, reporter: number, at: number, count: number, handler: RtcpHandler): void {
  for (let block = at; block < at + count * REPORT_BLOCK_SIZE; block += REPORT_BLOCK_SIZE) {
    handler.reportBlock?.(
      reporter,
      read32(packet, block),
      packet[block + 4] as number,
      // 24 bits with sign.
      (read32(packet, block + 4) << 8) >> 8,
      read32(packet, block + 8),
      read32(packet, block + 12),
      read32(packet, block + 16),
      read32(packet, block + 20),
    );
  }
}

function readSourceDescription(packet: Uint8Array, at: number, end: number, count: number, handler: RtcpHandler): void {
  let item = at + HEADER_SIZE;
  for (let chunk = 0; chunk < count && item + 4 <= end; chunk++) {
    const ssrc = read32(packet, item);
    item += 4;
    while (item < end && packet[item] !== 0) {
      if (item + 2 > end) return;
      const size = packet[item + 1] as number;
      if (item + 2 + size > end) return;
      if (packet[item] === CNAME) handler.cname?.(ssrc, readText(packet, item + 2, size));
      item += 2 + size;
    }
    // The items end with at least one zero byte, up to the next multiple of four.
    item = at + (((item - at) >> 2) + 1) * 4;
  }
}

function readGoodbye(packet: Uint8Array, at: number, end: number, count: number, handler: RtcpHandler): void {
  const text = at + HEADER_SIZE + count * 4;
  const size = text < end ? (packet[text] as number) : 0;
  const reason = size > 0 && text + 1 + size <= end ? readText(packet, text + 1, size) : '';
  for (let source = at + HEADER_SIZE; source < text; source += 4) handler.bye?.(read32(packet, source), reason);
}

/**
 * Reads a compound RTCP packet. Packets of unknown types and unknown items are passed over.
 *
 * @param length - bytes of `packet` that were received.
 * @returns false, with nothing handed over, when it is not a valid compound (RFC 3550 appendix A.2).
 */
export function readRtcp(packet: Uint8Array, length: number, handler: RtcpHandler): boolean {
  if (!isValidCompound(packet, length)) return false;
  let at = 0;
  while (at < length) {
    const count = (packet[at] as number) & 0x1f;
    const type = packet[at + 1] as number;
    const end = at + contentSize(packet, at, length);
    if (type === SENDER_REPORT) {
      const ssrc = read32(packet, at + 4);
      handler.senderReport?.(
        ssrc,
        read32(packet, at + 8),
        read32(packet, at + 12),
        read32(packet, at + 16),
        read32(packet, at + 20),
        read32(packet, at + 24),
      );
      readBlocks(packet, ssrc, at + HEADER_SIZE + 4 + SENDER_INFO_SIZE, count, handler);
    } else if (type === RECEIVER_REPORT) {
      readBlocks(packet, read32(packet, at + 4), at + HEADER_SIZE + 4, count, handler);
    } else if (type === SOURCE_DESCRIPTION) {
      readSourceDescription(packet, at, end, count, handler);
    } else if (type === GOODBYE) {
      readGoodbye(packet, at, end, count, handler);
    }
    at += (read16(packet, at + 2) + 1) * 4;
  }
  return true;
}

function write32(target: Uint8Array, at: number, value: number): number {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
  return at + 4;
}

/** Writes a text with its length before it. */
function writeText(target: Uint8Array, at: number, text: string): number {
  const bytes = Buffer.from(text, 'utf8').subarray(0, MAX_TEXT);
  target[at] = bytes.length;
  target.set(bytes, at + 1);
  return at + 1 + bytes.length;
}

/** Fills with zeros up to `end` and puts the header of the packet in between `start` and `end`. */
function finish(target: Uint8Array, start: number, count: number, type: number, at: number, end: number): number {
  target.fill(0, at, end);
  const words = (end - start) / 4 - 1;
  target[start] = 0x80 | count;
  target[start + 1] = type;
  target[start + 2] = words >>> 8;
  target[start + 3] = words;
  return end;
}

function writeReport(target: Uint8Array, report: RtcpReport): number {
  let at = write32(target, HEADER_SIZE, report.ssrc);
  if (report.sender !== undefined) {
    at = write32(target, at, report.sender.ntpSeconds);
    at = write32(target, at, report.sender.ntpFraction);
    at = write32(target, at, report.sender.rtpTimestamp);
    at = write32(target, at, report.sender.packetCount);
    at = write32(target, at, report.sender.octetCount);
  }
  const count = Math.min(report.blocks.length, MAX_BLOCKS);
  for (const block of report.blocks.slice(0, count)) {
    at = write32(target, at, block.source);
    const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, block.cumulativeLost));
    at = write32(target, at, (block.fractionLost << 24) | (lost & 0xff_ffff));
    at = write32(target, at, block.highestSequence);
    at = write32(target, at, block.jitter);
    at = write32(target, at, block.lastSr);
    at = write32(target, at, block.delaySinceLastSr);
  }
  return finish(target, 0, count, report.sender === undefined ? RECEIVER_REPORT : SENDER_REPORT, at, at);
}

/**
 * Writes a compound RTCP packet: SR or RR, SDES with the CNAME, and BYE when asked for.
 *
 * @param target - has room for {@link RTCP_MAX_SIZE} bytes.
 * @returns how many bytes were written.
 */
export function writeRtcp(target: Uint8Array, report: RtcpReport): number {
  let start = writeReport(target, report);

  let at = write32(target, start + HEADER_SIZE, report.ssrc);
  target[at++] = CNAME;
  at = writeText(target, at, report.cname);
  // At least one zero byte ends the chunk.
  start = finish(target, start, 1, SOURCE_DESCRIPTION, at, start + (((at - start) >> 2) + 1) * 4);
  if (report.bye === undefined) return start;

  at = write32(target, start + HEADER_SIZE, report.ssrc);
  if (report.bye.reason) at = writeText(target, at, report.bye.reason);
  return finish(target, start, 1, GOODBYE, at, start + ((at - start + 3) >> 2) * 4);
}
