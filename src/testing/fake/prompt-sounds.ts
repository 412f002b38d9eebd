import { Sounds, type SoundsSetup } from '../../channel/sounds/sounds.ts';

const PREFIX = 'sound:';

/** The sounds of a fake user agent: prompts whose names begin with `sound:`. */
export function promptSounds(
  prompts: Readonly<Record<string, unknown>>,
  setup: Pick<SoundsSetup, 'awaitDisk' | 'language'>,
): Sounds {
  const names = Object.keys(prompts).filter((name) => name.startsWith(PREFIX));
  const files = names.map((name) => ({
    id: name.slice(PREFIX.length),
    language: setup.language,
    format: 'wav',
    path: name,
  }));
  return Sounds.of({ ...setup, directories: [] }, [{ files, texts: new Map() }]);
}
