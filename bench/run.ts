/** `npm run bench`: the parser, the media blocks, fake calls, latency, speech, then whole calls against SIPp when it is installed. */
import { spawnSync } from 'node:child_process';
import { findPeer } from '../test/support/peer-programs.ts';
import { measureFakeCalls } from './fake-calls.ts';
import { run as latency } from './latency.ts';
import { run as media } from './media.bench.ts';
import { run as parser } from './parser.bench.ts';
import { run as say } from './say.ts';

console.log(`Node ${process.version} on ${process.platform} ${process.arch}\n\nSIP parser`);
await parser();
console.log('\nMedia');
await media();

const fake = await measureFakeCalls();
console.log(`\nFake calls\n1,000 calls of a PIN menu: ${fake.thousandCalls.toFixed(0)} ms`);
console.log(`an IVR of three minutes: ${fake.threeMinutes.toFixed(1)} ms`);

console.log('\nLatency');
await latency();

console.log('\nSpeech');
await say();

function load(...args: string[]): void {
  spawnSync(process.execPath, [new URL('./load.ts', import.meta.url).pathname, ...args], { stdio: 'inherit' });
}

if (findPeer('sipp') === undefined) {
  console.log('\nWhole calls: left out, since SIPp is not installed (Debian: sip-tester)');
} else {
  console.log('\nWhole calls');
  load('signaling', '--calls', '1000', '--rate', '200');
  load('signaling', '--calls', '1000', '--rate', '200', '--lost', '10');
  load('media', '--calls', '200', '--seconds', '20');
  load('media', '--calls', '200', '--seconds', '20', '--block', '300');
}
