import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** What who only fakes calls must not load: sockets, threads, packages, and the stacks, but for sums over samples and headers. */
const HEAVY =
  /^node:(dgram|net|tls|dns|dns\/promises|worker_threads)$|node_modules\/(?!eventemitter3\/)|\/src\/sip\/|\/src\/media\/(?!.*\.(codec|state)\.ts$|wav\/wav-format\.ts$)/;

/** Runs a program that has `testing`, the entry; returns what of the heavy things it has loaded. */
async function heavyLoadedBy(program: string): Promise<readonly string[]> {
  const code = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        loaded.add(found.url);
        return found;
      },
    });
    const testing = await import(${JSON.stringify(join(ROOT, 'src/testing.ts'))});
    ${program}
    console.log(JSON.stringify([...loaded]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT });
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.some((url) => url.endsWith('/src/testing/clock/test-clock.ts'))).toBe(true);
  return loaded.filter((url) => HEAVY.test(url));
}

describe('offhook/testing loads no socket, no thread and no SIP stack', () => {
  it('when it is imported and a call is faked', async () => {
    expect(
      await heavyLoadedBy(`
        const call = testing.createFakeChannel();
        await call.run((channel) => channel.answer());
        const agent = testing.createFakeUserAgent();
        agent.ua.onCall((channel) => channel.answer());
        await agent.incoming().channel.waitForIdle();`),
    ).toEqual([]);
  });

  it('when a network is made; only when a user agent is started on it', async () => {
    expect(await heavyLoadedBy('testing.createTestNetwork({ loss: 0.1 });')).toEqual([]);
    const heavy = await heavyLoadedBy('await testing.createTestNetwork().userAgent();');
    expect(heavy.some((url) => url.includes('node_modules/sip.js/'))).toBe(true);
    expect(heavy).toContain('node:dgram');
  });
});
