/** Lines of errors that are remembered. */
const MAX_ERRORS = 20;
const MAX_LINE = 300;

const DURATION = /^\[info\] {3}Duration: (\d+):(\d\d):(\d\d\.\d+),/;
const ERROR = /\[(?:error|fatal|panic)\] (.+)$/;
/** What it says of a format that it may not read. */
const REFUSED = /^Format not on whitelist/;
/** What it says last of everything that it cannot read. */
const GENERAL =
  /^(Invalid data found|Invalid argument|Conversion failed|Error opening (input|output)|Nothing was written)/;

/** What ffmpeg says on its standard error, with `-loglevel level+info`. */
export class FfmpegReport {
  readonly #input: string;
  readonly #errors: string[] = [];
  #rest = '';
  #durationMs: number | undefined;
  #begun = false;

  /** @param input - as ffmpeg calls its input */
  constructor(input: string) {
    this.#input = input;
  }

  /** Length of the whole, if ffmpeg has said one. */
  get durationMs(): number | undefined {
    return this.#durationMs;
  }

  /** Whether all that it says about the input has been said. */
  get begun(): boolean {
    return this.#begun;
  }

  push(text: string): void {
    const lines = `${this.#rest}${text}`.split(/[\r\n]+/);
    // A line without an end does not fill the memory.
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) this.#line(line.slice(0, MAX_LINE));
  }

  /** What was wrong, most particular first, or `undefined` when it said nothing. */
  complaint(): string | undefined {
    this.#line(this.#rest);
    this.#rest = '';
    return this.#errors.findLast((line) => !GENERAL.test(line)) ?? this.#errors.at(-1);
  }

  #line(line: string): void {
    const [, hours, minutes, seconds] = DURATION.exec(line) ?? [];
    if (seconds !== undefined && !this.#begun) {
      this.#durationMs = Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
    }
    if (line.startsWith('[info] Stream mapping:')) this.#begun = true;
    const error = ERROR.exec(line)?.[1];
    if (error === undefined) return;
    if (REFUSED.test(error)) this.#errors.push('it is of a kind that is not played, or only a list of files');
    else this.#errors.push(error.replaceAll(`${this.#input}: `, '').replaceAll(this.#input, 'it'));
    if (this.#errors.length > MAX_ERRORS) this.#errors.shift();
  }
}
