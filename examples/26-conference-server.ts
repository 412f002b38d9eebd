/**
 * A small conference server. A PIN leads to a room; the one of the moderator also starts the conference, which ends when the moderator leaves.
 * Keys for everybody: 6 mutes and unmutes, * leaves. For the moderator: 1 mutes all others, 2 lets them talk, 3 tells how many there are.
 */
import { type Channel, type ConferenceParty, type ConferenceRoom, State, UserAgent } from 'offhook';

export interface Conference {
  /** Letters and digits. */
  readonly room: string;
  readonly pin: string;
  readonly moderatorPin: string;
}

const ATTEMPTS = 3;

/** Serves one caller; resolves when the caller has left the room, with its name. */
export async function serveConference(
  channel: Channel,
  ua: Pick<UserAgent, 'rooms' | 'channel'>,
  conferences: readonly Conference[],
): Promise<string | undefined> {
  const [other] = channel.extraChannel;
  if (!other) throw new Error('the user agent needs extraChannels of at least 1');
  await channel.answer();
  const entrance = await askForRoom(channel, conferences);
  if (!entrance) {
    await channel.filePlayer.play('goodbye.wav');
    return undefined;
  }
  const { room, isModerator } = entrance;
  const others = (): readonly ConferenceParty[] =>
    roomOf(ua, room)?.parties.filter((party) => party.channel !== channel) ?? [];
  // In a room the keys of a caller are still events of its channel.
  using _keys = channel.on('digit', (digit) => {
    if (!isModerator) return;
    if (digit === '1') for (const party of others()) party.mute();
    if (digit === '2') for (const party of others()) party.unmute();
    if (digit === '3') void tell(ua, room, others().length + 1);
  });
  const state = await channel.transferToConferenceRoom(other, room, {
    lifetime: { startOnEntry: isModerator || moderated.has(room), destroyOnExit: isModerator },
    media: {
      exitOnDtmfDigit: '*',
      muteOnDtmfDigits: { mute: '6' },
      onConferenceStoppedFile: 'caller-speech.wav',
      onExitMedia: 'beep.wav',
    },
  });
  if (state !== State.TRANSFERRED) {
    await channel.filePlayer.play({ tone: 'BUSY' }, { timeout: 3000 });
    return undefined;
  }
  if (isModerator) moderated.add(room);
  try {
    await channel.waitForTransferredCallRetrieval();
  } finally {
    if (isModerator) moderated.delete(room);
  }
  await channel.filePlayer.play('goodbye.wav');
  return room;
}

/** The rooms whose moderator is there. */
const moderated = new Set<string>();

async function askForRoom(
  channel: Channel,
  conferences: readonly Conference[],
): Promise<{ readonly room: string; readonly isModerator: boolean } | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await channel.filePlayer.play('enter-pin.wav', { bargeIn: true });
    const typed = await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 5_000 });
    const pin = typed.replace('#', '');
    for (const { room, moderatorPin, pin: usual } of conferences) {
      if (pin === moderatorPin) return { room, isModerator: true };
      if (pin === usual) return { room, isModerator: false };
    }
  }
  return undefined;
}

/** Tells everybody in a room how many they are, by a channel that calls it for that. */
async function tell(ua: Pick<UserAgent, 'channel'>, room: string, count: number): Promise<void> {
  await using channel = ua.channel();
  const quiet = { media: { beepOnEntry: false }, lifetime: { startOnEntry: false } };
  if ((await channel.callConferenceRoom(room, quiet)) !== State.ANSWERED) return;
  await channel.filePlayer.play({ digits: String(count) });
}

function roomOf({ rooms }: Pick<UserAgent, 'rooms'>, name: string): ConferenceRoom | undefined {
  return rooms.find((room) => room.name === name);
}

if (import.meta.main) {
  const mediaDirectory = `${import.meta.dirname}/media`;
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060), mediaDirectory });
  const conferences: readonly Conference[] = [{ room: 'sales', pin: '1234', moderatorPin: '9999' }];
  ua.onCall((channel) => serveConference(channel, ua, conferences));
  console.log(`waiting for calls on port ${ua.port}; the PIN is 1234#, that of the moderator 9999#`);
}
