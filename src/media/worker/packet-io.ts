/** What receives the packets of one call. Must not throw. */
export interface PacketHandler {
  receiveRtp(packet: Uint8Array, address: string, port: number): void;
  receiveRtcp(packet: Uint8Array, address: string, port: number): void;
}

/** The two ports of one call. */
export interface PacketPorts {
  sendRtp(slab: Uint8Array, offset: number, length: number, address: string, port: number): void;
  sendRtcp(slab: Uint8Array, offset: number, length: number, address: string, port: number): void;
  /** Ties the RTP port to one peer, which makes sending cheaper; packets from others are not received any more. */
  connect(address: string, port: number): void;
  /** Unties it. */
  disconnect(): void;
  /** Hands over what has come, where packets do not come by themselves. Called at the beginning of each tick. */
  collect?(): void;
  /** Frees the ports. */
  close(): void;
}

/** How packets get on and off the wire. */
export interface PacketIo {
  /**
   * Binds an RTP port and the RTCP port above it.
   * Rejects with an error whose `code` is `EADDRINUSE` when either is taken, leaving none bound.
   */
  open(address: string, rtpPort: number, handler: PacketHandler): Promise<PacketPorts>;
}
