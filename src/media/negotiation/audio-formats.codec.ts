import type { MediaLine, PayloadFormat } from '../../media-description.ts';
import type { CodecName } from './plan.ts';

/** A codec of ours under the payload type that a description gives it. */
export interface NumberedCodec {
  readonly payloadType: number;
  readonly codec: CodecName;
}

const CODEC_NAMES: readonly CodecName[] = ['PCMU', 'PCMA'];

/** Which codec of ours a payload format is. Encoding names have no case (RFC 4855 §3). */
function codecOf({ encoding, clockRate, channels }: PayloadFormat): CodecName | undefined {
  if (clockRate !== 8000 || channels !== 1) return undefined;
  const name = encoding.toUpperCase();
  return CODEC_NAMES.find((codec) => codec === name);
}

/** The codecs of a line that are among `codecs`, in the order of the line, each one once. */
export function findCodecs(line: MediaLine, codecs: readonly CodecName[]): NumberedCodec[] {
  const found: NumberedCodec[] = [];
  for (const format of line.payloads) {
    const codec = codecOf(format);
    if (codec === undefined || !codecs.includes(codec) || found.some((other) => other.codec === codec)) continue;
    found.push({ payloadType: format.payloadType, codec });
  }
  return found;
}

/**
 * The payload type of telephone-events on a line. Some offer one for each clock rate they have audio at (RFC 4733 §2.1); ours
 * runs at 8000.
 */
export function findEvents(line: MediaLine): number | undefined {
  return line.payloads.find(
    ({ encoding, clockRate }) => encoding.toLowerCase() === 'telephone-event' && clockRate === 8000,
  )?.payloadType;
}

/** Whether a line asks for plain RTP audio that is not refused. AVPF differs in feedback only, which no audio call depends on. */
export function isPlainAudio(line: MediaLine): boolean {
  return line.port !== 0 && line.kind === 'audio' && (line.protocol === 'RTP/AVP' || line.protocol === 'RTP/AVPF');
}

/** What a line brings, for messages: `PCMU, opus, telephone-event`. */
export function nameFormats(line: MediaLine): string {
  return line.payloads.map(({ encoding }) => encoding).join(', ') || line.formats.join(', ') || 'nothing';
}
