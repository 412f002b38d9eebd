/**
 * `node bench/talk-off.ts [minutes]`: how often the in-band detector takes speech and music for keys. Speech comes from espeak-ng and
 * flite where they are installed; music is made here, the same each time.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { decodeG711, encodeG711, PCMA, PCMU } from '../src/media/codec/g711.codec.ts';
import { InbandDetector } from '../src/media/dtmf/inband-detector.state.ts';
import { music, STYLES } from './music.ts';

const RATE = 8000;
const FRAME = 160;

interface Row {
  readonly minutes: number;
  readonly 'false digits': number;
  readonly 'us a frame': number;
}

/** Plays it to detectors at two levels, in both laws. */
function listen(samples: Int16Array): Row {
  let digits = 0;
  let [time, frames] = [0, 0];
  const coded = new Uint8Array(samples.length);
  const heard = new Int16Array(samples.length);
  for (const [law, gain] of [
    [PCMU, 1],
    [PCMA, 0.3],
  ] as const) {
    const level = samples.map((sample) => sample * gain);
    encodeG711(law, level, 0, coded, 0, level.length);
    decodeG711(law, coded, 0, heard, 0, level.length);
    const detector = new InbandDetector(RATE);
    const start = process.cpuUsage();
    for (let at = 0; at + FRAME <= heard.length; at += FRAME, frames++) {
      if (detector.frame(heard.subarray(at, at + FRAME)) !== '') digits++;
    }
    time += process.cpuUsage(start).user;
  }
  return {
    minutes: Math.round(frames / 300) / 10,
    'false digits': digits,
    'us a frame': Math.round((100 * time) / frames) / 100,
  };
}

const SOX = 'sox';
/** What sox makes of speech: as loud as it can be, cut to the band of a telephone. */
const TELEPHONE = `-V1 --ignore-length -t wav - -t raw -r ${RATE} -e signed -b 16 -c 1 - norm -1 sinc 200-3500`.split(
  ' ',
);

/** Speech of one voice; nothing when one of the programs is not there. */
function speech(program: string, args: readonly string[]): Int16Array {
  const { stdout: spoken } = spawnSync(program, args, { maxBuffer: 1 << 30 });
  const { stdout } = spawnSync(SOX, TELEPHONE, { input: spoken ?? '', maxBuffer: 1 << 30 });
  return stdout
    ? new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~1)))
    : new Int16Array();
}

const VOICES = ['en-us', 'en-gb', 'en-us+f3', 'en-gb+f5', 'en-us+m7', 'de', 'fr+f2', 'es', 'it+m3', 'pt+f4'];
const FLITE_VOICES = ['kal', 'awb', 'rms', 'slt'];

const minutes = Number(process.argv[2] ?? 30);
const rows: Record<string, Row> = {};
for (const style of STYLES) rows[`music: ${style}`] = listen(music(style, (minutes * 60) / STYLES.length, RATE));

const docs = new URL('../docs/', import.meta.url);
const text = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(new URL(name, docs), 'utf8').replace(/[^\p{L}\p{N}.,;:!?'\s]/gu, ' '))
  .join('\n');
const share = Math.ceil(text.length / VOICES.length);
const say = (voice: string, program: string, args: readonly string[]): void => {
  const spoken = speech(program, args);
  if (spoken.length > 0) rows[`speech: ${voice}`] = listen(spoken);
  else console.log(`${voice}: left out, since its program or sox is not installed`);
};
for (const [index, voice] of VOICES.entries()) {
  say(voice, 'espeak-ng', ['-v', voice, '--stdout', text.slice(index * share, (index + 1) * share)]);
}
for (const [index, voice] of FLITE_VOICES.entries()) {
  // It opens its output by name, which works with a pipe of the shell only.
  const command = 'flite -voice "$0" -t "$1" -o /dev/stdout | cat';
  say(`flite ${voice}`, 'sh', ['-c', command, voice, text.slice(index * 6000, (index + 1) * 6000)]);
}
console.table(rows);
