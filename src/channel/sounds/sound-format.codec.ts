/** Formats by the extension of their files, as Asterisk names both; the first of those below that is there is played. */
const FORMATS: readonly (readonly [format: string, ...extensions: readonly string[]])[] = [
  ['wav', 'wav'],
  ['wav16', 'wav16'],
  ['sln', 'sln', 'raw'],
  ['ulaw', 'ulaw', 'ul', 'mu', 'pcm', 'ulw'],
  ['alaw', 'alaw', 'al', 'alw'],
  ['sln16', 'sln16'],
  ['sln48', 'sln48'],
  ['sln32', 'sln32'],
  ['sln24', 'sln24'],
  ['sln44', 'sln44'],
  ['sln12', 'sln12'],
  ['flac', 'flac'],
  ['opus', 'opus'],
  ['ogg', 'ogg', 'oga'],
  ['mp3', 'mp3'],
  ['m4a', 'm4a', 'mp4', 'aac'],
  ['g722', 'g722'],
  ['wav49', 'WAV', 'wav49'],
  ['gsm', 'gsm'],
  ['g729', 'g729'],
];

const BY_EXTENSION = new Map(
  FORMATS.flatMap(([format, ...extensions]) => extensions.map((extension) => [extension, format] as const)),
);
const RANKS = new Map(FORMATS.map(([format], rank) => [format, rank]));

/** The name of a sound and its format, from the name of its file; `undefined` for a file that is no sound. */
export function parseSoundFile(file: string): { readonly name: string; readonly format: string } | undefined {
  const dot = file.lastIndexOf('.');
  const extension = file.slice(dot + 1);
  // `WAV` is another format than `wav`; otherwise the case says nothing.
  const format = BY_EXTENSION.get(extension) ?? BY_EXTENSION.get(extension.toLowerCase());
  return dot > 0 && format !== undefined ? { name: file.slice(0, dot), format } : undefined;
}

/** The lower, the better it is to play. */
export function formatRank(format: string): number {
  return RANKS.get(format) ?? RANKS.size;
}
