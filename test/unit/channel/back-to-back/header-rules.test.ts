import { describe, expect, it } from 'vitest';
import {
  checkHeaderRules,
  type HeaderRules,
  relayedFields,
} from '../../../../src/channel/back-to-back/header-rules.codec.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import { call } from '../scene.ts';

const FIELDS = [
  ['Via', 'SIP/2.0/UDP 192.0.2.2'],
  ['X-Room', '7'],
  ['x-room', '8'],
  ['X-Secret', 'no'],
  ['Subject', 'lunch'],
  ['Alert-Info', '<urn:alert:x>'],
  ['Require', '100rel'],
  ['Session-Expires', '1800'],
  ['Contact', '<sip:me@192.0.2.2>'],
].map(([name = '', value = '']) => ({ name, value }));

const passed = (rules?: HeaderRules): readonly string[] =>
  relayedFields(FIELDS, checkHeaderRules(rules)).map(({ name, value }) => `${name}: ${value}`);

describe('which header fields pass', () => {
  it.each<[HeaderRules | undefined, readonly string[]]>([
    [undefined, ['X-Room: 7', 'x-room: 8', 'X-Secret: no']],
    [{ relay: [] }, []],
    [{ relay: ['subject', 'X-R*'] }, ['X-Room: 7', 'x-room: 8', 'Subject: lunch']],
    [{ relay: ['x-'] }, []],
    [{ remove: ['x-secret'] }, ['X-Room: 7', 'x-room: 8']],
    [{ remove: ['X-*'] }, []],
    [{ set: { 'X-ROOM': '9', 'X-New': ['a', 'b'] } }, ['X-Secret: no', 'X-ROOM: 9', 'X-New: a', 'X-New: b']],
    [{ relay: ['*'] }, ['X-Room: 7', 'x-room: 8', 'X-Secret: no', 'Subject: lunch', 'Alert-Info: <urn:alert:x>']],
  ])('by %j', (rules, expected) => {
    expect(passed(rules)).toEqual(expected);
  });

  it('takes what came as it can be sent', () => {
    const rules = checkHeaderRules({ relay: ['*'] });
    const fields = [
      { name: 'X-Odd', value: 'a\r\nb' },
      { name: 'X Bad', value: 'no' },
    ];
    expect(relayedFields(fields, rules)).toEqual([{ name: 'X-Odd', value: 'a  b' }]);
  });

  it('is sent to the callee, what the method gives first', async () => {
    const { channel, network } = call({ headers: FIELDS });
    void channel.connectCallee('sip:a@192.0.2.9', {
      headerRules: { relay: ['X-*', 'Subject'], remove: ['X-Secret'] },
      headers: { 'x-ROOM': '1', 'X-Own': '2' },
    });
    await settled();
    const [leg] = network.signaling.dialed;
    expect(leg?.invite.headers?.map(({ name, value }) => `${name}: ${value}`).toSorted()).toEqual([
      'Subject: lunch',
      'X-Own: 2',
      'x-ROOM: 1',
    ]);
  });
});
