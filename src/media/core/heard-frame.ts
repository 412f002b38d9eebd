import { decodeG711, type Law } from '../codec/g711.codec.ts';
import type { Ear } from '../listen/ear.state.ts';
import { FRAME_EMPTY, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import { FRAME } from './rtp-sender.ts';

/** What a frame is decoded into; shared by all calls. */
const LINEAR = new Int16Array(FRAME);

/** Lets an ear hear what came in. A frame that was lost says nothing. @param isKey - whether a key sounds in it. */
export function hearFrame(ear: Ear, kind: number, law: Law, frame: Uint8Array, isKey: boolean): void {
  if (kind === FRAME_VOICE) {
    decodeG711(law, frame, 0, LINEAR, 0, FRAME);
    ear.frame(LINEAR, isKey);
  } else if (kind === FRAME_EMPTY) ear.missed();
}
