/** Plays an announcement to a conference room and records what is said there afterwards: a channel of the program's own calls the room. */
import { type Channel, State, UserAgent } from 'offhook';

export interface Announced {
  /** The recording of the room. */
  readonly file: string;
  /** Whether anything was said. */
  readonly wasTalked: boolean;
}

/** @param channel - one for calls out. */
export async function announceTo(channel: Channel, room: string, recordMs = 30_000): Promise<Announced> {
  const state = await channel.callConferenceRoom(room, {
    media: { beepOnEntry: false },
    // Nobody talks because of an announcement alone.
    lifetime: { startOnEntry: false },
  });
  if (state !== State.ANSWERED) throw new Error(`the room cannot be reached: ${channel.cause}`);
  try {
    await channel.filePlayer.play('your-message.wav');
    const file = `room-${channel.id}.wav`;
    await channel.fileRecorder.record(file, { timeout: recordMs, maxSilence: 10_000 });
    return { file, wasTalked: channel.fileRecorder.audioDetectedInRecording() === true };
  } finally {
    await channel.hangUp();
  }
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  ua.onCall(async (channel) => {
    await channel.answer();
    const [other] = channel.extraChannel;
    if (other) await channel.transferToConferenceRoom(other, 'lobby', { media: { exitOnDtmfDigit: '*' } });
    if (ua.rooms[0]?.state === 'STARTED') console.log(await announceTo(ua.channel(), 'lobby'));
    await channel.waitForTransferredCallRetrieval();
  });
  console.log(`waiting for calls on port ${ua.port}; those who call are in one room`);
}
