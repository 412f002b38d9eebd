/** Draws a call as it happens: a SIP ladder with timings, and beside it what the two programs do. */
import { stdout } from 'node:process';

const WIDTH = 46;
const METER = 24;
const QUIETEST = -60;

export class Ladder {
  readonly #began = performance.now();
  readonly #live = stdout.isTTY === true;
  #meter = '';

  constructor(left: string, right: string) {
    this.#print('', `${left}${' '.repeat(Math.max(1, WIDTH + 2 - left.length - right.length))}${right}`);
  }

  /** A SIP message on its way; `right` when it goes from the left party to the right one. */
  message(text: string, right: boolean): void {
    const label = ` ${text.length > WIDTH - 6 ? `${text.slice(0, WIDTH - 7)}…` : text} `;
    const line = '─'.repeat(WIDTH - 1 - label.length);
    this.#print(this.#time(), right ? `│──${label}${line.slice(2)}▶│` : `│◀${line.slice(2)}${label}──│`);
  }

  /** Something that one of the two does or notices. */
  note(side: 'left' | 'right', text: string): void {
    this.#print(this.#time(), side === 'left' ? `│ ${text.padEnd(WIDTH - 1)}│` : `│${text.padStart(WIDTH - 1)} │`);
  }

  /** The level that the left party hears now, in dBov; drawn in place on a terminal. */
  level(dBov: number): void {
    if (!this.#live) return;
    const filled = Math.round(Math.max(0, 1 - dBov / QUIETEST) * METER);
    this.#meter = `          caller hears ${'█'.repeat(filled)}${'·'.repeat(METER - filled)} ${dBov <= QUIETEST ? 'silence' : `${dBov.toFixed(0)} dB`}`;
    stdout.write(`\r\u001b[2K${this.#meter}`);
  }

  /** Takes the level meter away. */
  end(): void {
    if (this.#live) stdout.write('\r\u001b[2K');
    this.#meter = '';
  }

  #time(): string {
    return `${((performance.now() - this.#began) / 1000).toFixed(3)} s`;
  }

  #print(time: string, text: string): void {
    const over = this.#meter === '' ? '' : '\r\u001b[2K';
    stdout.write(`${over}${time.padStart(9)} ${text}\n${this.#meter}`);
  }
}
