import { describe, expect, it } from 'vitest';
import { isAsTold, isTwoWay } from '../../../../src/channel/parties/direct-terms.codec.ts';
import type { SessionDescription } from '../../../../src/media-description.ts';
import { parseSdp } from '../../../../src/sip/sdp/parse-sdp.codec.ts';

const description = (audio: string, ...more: readonly string[]): SessionDescription =>
  parseSdp(
    ['v=0', 'o=a 1 1 IN IP4 192.0.2.2', 's=-', 'c=IN IP4 192.0.2.2', 't=0 0', `m=audio ${audio}`, ...more].join('\r\n'),
  );

const G711 = description('4000 RTP/AVP 0 8');
const PCMU = description('4000 RTP/AVP 0');
const PCMA = description('4000 RTP/AVP 8');

describe('what the far ends answer of each other', () => {
  it.each([
    ['4000 RTP/AVP 0', [], true],
    ['4000 RTP/AVP 0', ['a=sendonly'], false],
    ['4000 RTP/AVP 0', ['a=recvonly'], false],
    ['4000 RTP/AVP 0', ['a=inactive'], false],
    ['4000 RTP/AVP 0', ['c=IN IP4 0.0.0.0'], false],
    ['0 RTP/AVP 0', [], false],
  ])('%s %j lets audio flow both ways: %s', (audio, more, both) => {
    expect(isTwoWay(description(audio, ...more))).toBe(both);
  });

  it.each([
    ['the same', G711, PCMU, G711, true],
    ['less, with what was chosen', G711, PCMU, PCMU, true],
    ['less, without what was chosen', G711, PCMU, PCMA, false],
    ['another port', G711, PCMU, description('4002 RTP/AVP 0'), false],
    ['another address', G711, PCMU, description('4000 RTP/AVP 0', 'c=IN IP4 192.0.2.3'), false],
    ['nothing', G711, PCMU, description('0 RTP/AVP 0'), false],
  ])('%s, as the other one was told or not', (_, told, chosen, answered, isSo) => {
    expect(isAsTold(told, chosen, answered)).toBe(isSo);
  });
});
