import { describe, it } from 'vitest';
import { findPeer, PEER_PACKAGES, type Peer } from './peer-programs.ts';

/**
 * Groups tests that need programs which others have written. Where one is missing the group is skipped and its title
 * says why; with `CI=true` it fails instead, so that no run passes for having tested nothing.
 */
export function describeWithPeer(needed: Peer | readonly Peer[], name: string, tests: () => void): void {
  const missing = [needed].flat().filter((program) => findPeer(program) === undefined);
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const packages = missing.map((program) => PEER_PACKAGES[program]).join(' ');
  const reason = `${missing.join(', ')} not found: apt-get install ${packages}`;
  if (process.env['CI'] === 'true') {
    it(`${name} (needs ${missing.join(', ')})`, () => {
      throw new Error(`${reason}, or run npm run peers as root`);
    });
    return;
  }
  describe.skipIf(true)(`${name} (${reason})`, tests);
}
