import { ChannelError } from './errors.ts';
import { nearestName } from './nearest-name.codec.ts';
import { shown } from './shown.ts';

/** The names of all options of a type; the compiler sees to it that none is forgotten. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/** What is wrong with options as a whole: no object, or a name that the method does not know. `undefined` when nothing is. */
export function optionsProblem(
  method: string,
  options: unknown,
  names: Readonly<Record<string, true>>,
): ChannelError | undefined {
  if (typeof options !== 'object' || options === null) {
    return new ChannelError(
      'INVALID_ARGUMENT',
      `the options of ${method} must be an object, not ${shown(options)}; it may have ${Object.keys(names).join(', ')}`,
    );
  }
  for (const name of Object.keys(options)) if (!Object.hasOwn(names, name)) return unknownName(method, name, names);
  return undefined;
}

function unknownName(method: string, name: string, names: Readonly<Record<string, true>>): ChannelError {
  const known = Object.keys(names);
  const nearest = nearestName(name, known);
  return new ChannelError(
    'INVALID_ARGUMENT',
    `${method} has no option ${JSON.stringify(name)}${nearest ? `; did you mean ${nearest}?` : `; there are ${known.join(', ')}`}`,
  );
}
