import { type OperationHost, type OperationOptions, runOperation } from '../operation.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';

export { type OptionNames, optionsProblem };

/** Options of the methods that have no others. */
export const OPERATION_OPTIONS: OptionNames<OperationOptions> = { signal: true, timeout: true };

/** A rejection for options that cannot be looked into, or `undefined`. A call that is over comes first, as always. */
export function refuseOptions(
  host: OperationHost,
  method: string,
  options: unknown,
  names: Readonly<Record<string, true>>,
): Promise<never> | undefined {
  const problem = optionsProblem(method, options, names);
  return problem && runOperation(host, {}, () => Promise.reject(problem));
}
