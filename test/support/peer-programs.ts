import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that offhook is tested against, and the Debian package that each of them is in. */
export const PEER_PACKAGES = {
  sipp: 'sip-tester',
  baresip: 'baresip',
  sox: 'sox',
  ffmpeg: 'ffmpeg',
  'espeak-ng': 'espeak-ng',
  'multimon-ng': 'multimon-ng',
} as const;

export type Peer = keyof typeof PEER_PACKAGES;

export const PEERS = Object.keys(PEER_PACKAGES) as readonly Peer[];

/** Path of a program that others have written, or `undefined` when this machine has it not. */
export function findPeer(peer: Peer): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, peer);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
