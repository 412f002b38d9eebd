/** A sentence for the thread to speak. */
export interface FliteCommand {
  readonly text: string;
  readonly voice: string;
  /** 1 is normal speed. */
  readonly rate: number;
}

/** What the thread is told: what to speak, or to end. */
export type FliteOrder = FliteCommand | 'end';

/** What the thread says to each command: a WAV file, or what went wrong. */
export type FliteReply =
  | { readonly wav: Uint8Array<ArrayBuffer> }
  | { readonly error: string; readonly missing: boolean };
