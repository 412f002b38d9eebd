import {
  type InviteUserAgentServer,
  NonInviteServerTransaction,
  SessionDialog,
  type Transport,
  type UserAgentServer,
} from 'sip.js/lib/core/index.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/logger.ts';
import type { LegBase } from '../../../../src/sip/leg.ts';
import { parseUri } from '../../../../src/sip/message/uri.codec.ts';
import { DEFAULT_TIMINGS } from '../../../../src/sip/reliability/timings.ts';
import { SipCore } from '../../../../src/sip/sipjs/core.ts';
import { dialogStateOf, isOvertaken } from '../../../../src/sip/sipjs/hooks.ts';
import { IncomingRequest } from '../../../../src/sip/sipjs/incoming-message.ts';
import { sessionBody } from '../../../../src/sip/sipjs/session-body.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { type RequestText, requestOf, requestText } from '../../../support/sip-text.ts';

const SDP = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\n';

class Sink implements Transport {
  readonly protocol = 'UDP';
  readonly sent: string[] = [];

  send(text: string): Promise<void> {
    this.sent.push(text);
    return Promise.resolve();
  }

  get last(): string {
    return this.sent.at(-1)?.split('\r\n')[0] ?? '';
  }
}

describe('a dialog of sip.js behind its hooks', () => {
  let sink: Sink;
  let core: SipCore;
  let dialog: SessionDialog;
  let updates: UserAgentServer[];
  let keys = 0;

  function receive(method: string, wanted: RequestText = {}): void {
    const toTag = method === 'INVITE' ? {} : { toTag: dialog.localTag };
    const sip = requestOf(requestText(method, { ...toTag, ...wanted }));
    const uri = parseUri(sip.uri);
    if (uri === undefined) throw new Error(`no URI: ${sip.uri}`);
    core.receiveRequest(new IncomingRequest(sip, uri, method === 'INVITE' ? 'invite' : `key${keys++}`), sink);
  }

  beforeEach(() => {
    sink = new Sink();
    updates = [];
    let server: InviteUserAgentServer | undefined;
    core = new SipCore({
      clock: new VirtualClock(),
      logger: silentLogger,
      timings: DEFAULT_TIMINGS,
      userAgentHeader: 'test',
      branchPrefix: 'test',
      onInvite: (invite) => {
        server = invite;
      },
    });
    receive('INVITE', { body: SDP, fields: { 'Content-Type': 'application/sdp' } });
    const accepted = core.within(sink, () => server?.accept({ statusCode: 200, body: sessionBody(SDP) }));
    if (!(accepted?.session instanceof SessionDialog)) throw new Error('no dialog');
    dialog = accepted.session;
    core.owners.set(dialog, { leg: {} as LegBase, updated: (update) => updates.push(update) });
  });

  it('takes UPDATE, which sip.js does not know, in sequence with all other requests (hook: Dialog.sequenceGuard)', () => {
    receive('UPDATE', { cseq: 5 });
    expect(updates).toHaveLength(1);
    expect(updates[0]?.transaction).toBeInstanceOf(NonInviteServerTransaction);
    expect(dialog.remoteSequenceNumber).toBe(5);
    receive('UPDATE', { cseq: 5 });
    expect(sink.last).toBe('SIP/2.0 500 Internal Server Error');
    receive('INFO', { cseq: 4 });
    expect(sink.last).toBe('SIP/2.0 500 Internal Server Error');
    receive('INFO', { cseq: 6 });
    expect(sink.last).toMatch(/^SIP\/2\.0 469 /u);
    expect(updates).toHaveLength(1);
    core.close();
  });

  it('answers UPDATE itself where there is no dialog, or nobody whose it is', () => {
    receive('UPDATE', { cseq: 2, toTag: 'other' });
    expect(sink.last).toMatch(/^SIP\/2\.0 481 /u);
    core.owners.delete(dialog);
    receive('UPDATE', { cseq: 2 });
    expect(sink.last).toMatch(/^SIP\/2\.0 481 /u);
    expect(updates).toEqual([]);
    core.close();
  });

  it('knows whether a later request was sent (hook: Dialog.dialogState.localSequenceNumber)', () => {
    receive('ACK');
    const first = core.within(sink, () => dialog.info());
    expect(isOvertaken(dialog, first)).toBe(false);
    const second = core.within(sink, () => dialog.info());
    expect([isOvertaken(dialog, first), isOvertaken(dialog, second)]).toEqual([true, false]);
    expect(dialogStateOf(dialog).localSequenceNumber).toBe(second.message.cseq);
    core.close();
  });

  it('is given NOTIFY with its Event in the shape that sip.js looks for (hook: IncomingRequestMessage.parseHeader)', () => {
    const events: (string | undefined)[] = [];
    dialog.delegate = {
      onNotify: (notify) => {
        events.push(notify.message.getHeader('Event'));
        notify.accept();
      },
    };
    receive('NOTIFY', { cseq: 2, fields: { o: 'refer;id=7' } });
    expect(sink.last).toBe('SIP/2.0 200 OK');
    receive('NOTIFY', { cseq: 3 });
    expect(sink.last).toMatch(/^SIP\/2\.0 489 /u);
    receive('NOTIFY', { cseq: 4, fields: { Event: ';;' } });
    expect(sink.last).toMatch(/^SIP\/2\.0 489 /u);
    expect(events).toEqual(['refer;id=7']);
    core.close();
  });
});
