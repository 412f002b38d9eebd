import { ChannelConnections } from './channel-connections.ts';

/** How every {@link Channel} reaches the services and rooms of its user agent, and hands its call over to others. */
export abstract class ChannelTransfers extends ChannelConnections {}
