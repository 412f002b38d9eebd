import type { Flow } from '../transport/flow.ts';
import type { ClientContext, ClientState } from './client-retransmission.state.ts';
import type { ServerContext, ServerState } from './server-retransmission.state.ts';

/** A request of ours that may have to be sent again. */
export interface ClientTransaction {
  readonly key: string;
  readonly method: string;
  readonly flow: Flow;
  readonly context: ClientContext;
  /** Given back as soon as it need not be sent again. */
  request: Buffer | undefined;
  ack: Buffer | undefined;
  state: ClientState;
  timer: Disposable | undefined;
}

/** A request of the far end, with the response that its repetitions get. */
export interface ServerTransaction {
  readonly key: string;
  readonly flow: Flow;
  readonly context: ServerContext;
  response: Buffer | undefined;
  state: ServerState;
  timer: Disposable | undefined;
}
