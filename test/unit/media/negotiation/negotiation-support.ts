import { isChannelError } from '../../../../src/errors.ts';
import type { LocalMedia } from '../../../../src/media/negotiation/local-media.ts';
import type { MediaLine, SessionDescription } from '../../../../src/media-description.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';

export const LOCAL: LocalMedia = {
  address: '198.51.100.1',
  family: 4,
  rtpPort: 20_000,
  rtcpPort: 20_001,
  codecs: ['PCMU', 'PCMA'],
  ptimeMs: 20,
  sessionId: '77',
  sessionVersion: '5',
};

/** A description of the far end: its media lines, after the usual head. */
export function remote(...lines: string[]): SessionDescription {
  return parseSdp(['v=0', 'o=far 1 1 IN IP4 192.0.2.2', 's=-', 'c=IN IP4 192.0.2.2', 't=0 0', ...lines].join('\r\n'));
}

/** What a line says, in short: `audio 0,8,101 sendrecv` or `video refused`. */
export function meaning(line: MediaLine): string {
  return line.port === 0 ? `${line.kind} refused` : `${line.kind} ${line.formats.join(',')} ${line.direction}`;
}

/** Code of the ChannelError that `run` throws. */
export function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (isChannelError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('did not throw');
}
