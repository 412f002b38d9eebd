/** Where a request goes: the outcome of RFC 3263 for one peer. */
export interface Target {
  readonly transport: 'UDP' | 'TCP';
  /** Numeric, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}
