/** A compiled program. */
export type WasmModule = object;

/** Memory of a program; another buffer each time that it grows. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Functions for a program, by the name of their module. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, (...args: never[]) => number>>>>;

interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(
    module: WasmModule,
    imports: WasmImports,
  ): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
}

/** As much of WebAssembly as is used here: its types come with those of browsers only. */
export const webAssembly: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly');
