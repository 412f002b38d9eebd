/** A sentence for the thread to speak. */
export interface FliteCommand {
  readonly text: string;
  readonly voice: string;
  /** 1 is normal speed. */
  readonly rate: number;
}

/** What the thread says to each command: a WAV file, or what went wrong. */
export type FliteReply =
  | { readonly wav: Uint8Array<ArrayBuffer> }
  | { readonly error: string; readonly missing: boolean };
