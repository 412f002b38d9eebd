import type { DetectedToneName } from '../../src/channel/listen-port.ts';
import { decodeG711, encodeG711, type Law, PCMU } from '../../src/media/codec/g711.codec.ts';
import { Listener } from '../../src/media/listen/listener.state.ts';

/** What a listener told, each with the milliseconds of audio that it had by then. */
export interface Heard {
  readonly tones: {
    readonly tone: DetectedToneName;
    readonly isOver: boolean;
    readonly ms: number;
    readonly hertz: number;
    readonly at: number;
  }[];
  readonly speech: {
    readonly isSpeaking: boolean;
    readonly isOnset: boolean;
    readonly sinceMs: number;
    readonly at: number;
  }[];
}

/** Lets a listener hear samples at 8000 Hz as they come out of G.711. */
export function hear(samples: Int16Array, { law = PCMU, beepMs = 180 }: { law?: Law; beepMs?: number } = {}): Heard {
  const heard: Heard = { tones: [], speech: [] };
  let at = 0;
  const listener = new Listener({
    speech: (isSpeaking, isOnset, sinceMs) => heard.speech.push({ isSpeaking, isOnset, sinceMs, at }),
    tone: (tone, isOver, ms, hertz) => heard.tones.push({ tone, isOver, ms, hertz, at }),
  });
  listener.attend({ speech: true, tones: true, beepMs });
  const frame = new Int16Array(160);
  const bytes = new Uint8Array(160);
  for (let start = 0; start + 160 <= samples.length; start += 160) {
    encodeG711(law, samples, start, bytes, 0, 160);
    decodeG711(law, bytes, 0, frame, 0, 160);
    at += 20;
    listener.frame(frame, false);
  }
  return heard;
}

/** Names of the tones, each once when it begins. */
export function namesOf({ tones }: Heard): readonly DetectedToneName[] {
  return tones.filter(({ isOver }) => !isOver).map(({ tone }) => tone);
}
