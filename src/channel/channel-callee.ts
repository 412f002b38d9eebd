import { ChannelNetwork } from './channel-network.ts';

/** What every {@link Channel} can do as one side of a back-to-back call. */
export abstract class ChannelCallee extends ChannelNetwork {}
