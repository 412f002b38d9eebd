import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('a fake call loads no socket, no thread and no SIP stack', async () => {
  const loaded = new Set<string>();
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      loaded.add(resolved.url);
      return resolved;
    },
  });
  const { createFakeChannel } = await import('offhook/testing');
  const { ivr } = await import('./ivr.ts');
  await createFakeChannel({ anyPrompt: 1_000 }).run(ivr);
  hooks.deregister();

  const urls = [...loaded];
  const chunks = urls.filter((url) => url.includes('/offhook/dist/'));
  assert.ok(chunks.length > 1, 'the hook sees what is loaded');
  const network = /^node:(dgram|net|tls|dns|http|worker_threads)\b|sip\.js|werift/;
  assert.deepEqual(
    urls.filter((url) => network.test(url)),
    [],
  );
  for (const url of chunks) {
    assert.doesNotMatch(
      await readFile(fileURLToPath(url), 'utf8'),
      /\bUserAgentCore\b/,
      `${url} has the SIP stack in it`,
    );
  }
});
