import { describe, expect, it } from 'vitest';
import type { Network } from '../../../src/sip/transport/network.ts';
import { systemNetwork } from '../../../src/sip/transport/system-network.ts';
import { description, startBench } from '../../support/signaling-bench.ts';
import { tortureCases } from '../../support/torture.ts';

/** The network of the machine, and a copy of every datagram that leaves: most torture messages name a Via that is not here. */
function recordingNetwork(sent: string[]): Network {
  return {
    ...systemNetwork,
    openUdp: async (local, onDatagram) => {
      const port = await systemNetwork.openUdp(local, onDatagram);
      return {
        local: port.local,
        send: (bytes, remote) => {
          sent.push(bytes.toString('latin1'));
          return port.send(bytes, remote);
        },
        close: () => port.close(),
      };
    },
  };
}

function finalStatuses(sent: readonly string[]): number[] {
  return sent.map((text) => Number(/^SIP\/2\.0 (\d{3}) /u.exec(text)?.[1] ?? 0)).filter((status) => status >= 200);
}

function isRight(status: number, wanted: readonly string[]): boolean {
  return wanted.includes(String(status)) || (wanted.includes('P') && status !== 400 && status !== 505);
}

describe('the running stack under the torture messages of RFC 4475 and RFC 5118', () => {
  const cases = tortureCases();

  it('has all 61 of them', () => {
    expect(cases).toHaveLength(61);
  });

  it.each(cases)('$rfc $name: $title', async ({ bytes, uas, dropOk, kind }) => {
    const sent: string[] = [];
    await using bench = await startBench({ network: recordingNetwork(sent) });
    bench.signaling.onIncoming((leg) => void leg.answer(description()));
    bench.peer.send(bytes);
    bench.peer.send(bench.peer.request('OPTIONS', { callId: 'still-alive' }));
    const alive = await bench.peer.takeResponse(200, 'OPTIONS');
    expect(alive.callId).toBe('still-alive');
    const statuses = finalStatuses(sent.filter((text) => !text.includes('still-alive')));
    if (kind === 'response') expect(statuses).toEqual([]);
    else if (statuses.length === 0) expect(dropOk, 'silence is not allowed').toBe(true);
    else
      expect(
        statuses.filter((status) => !isRight(status, uas)),
        `wanted one of ${uas.join(', ')}`,
      ).toEqual([]);
    expect(bench.faults).toEqual([]);
  });

  it('all at once leave nothing behind', async () => {
    const sent: string[] = [];
    await using bench = await startBench({ network: recordingNetwork(sent) });
    bench.signaling.onIncoming((leg) => void leg.answer(description()));
    for (const { bytes } of cases) bench.peer.send(bytes);
    bench.peer.send(bench.peer.request('OPTIONS'));
    await bench.peer.takeResponse(200, 'OPTIONS');
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });
});
