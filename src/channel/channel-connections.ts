import { ChannelAudio } from './channel-audio.ts';

/** What every {@link Channel} can do together with another one. */
export abstract class ChannelConnections extends ChannelAudio {}
