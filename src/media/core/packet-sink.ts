/** Where one call's packets go. The bytes are only valid until a few more packets have been sent. */
export interface PacketSink {
  sendRtp(slab: Uint8Array, offset: number, length: number): void;
  sendRtcp(slab: Uint8Array, offset: number, length: number): void;
  /**
   * Says where packets go from now on.
   *
   * @param settled - packets come from there and from nowhere else, so that the socket may be tied to it
   */
  setRemote(address: string, rtpPort: number, rtcpAddress: string, rtcpPort: number, settled: boolean): void;
}
