import { ChannelTransfers } from './channel-transfers.ts';

/** What every {@link Channel} asks of its far end: to wait, to talk to somebody else. */
export abstract class ChannelNetwork extends ChannelTransfers {}
