/** Says where in the program something was called, as `file:line:column`; `undefined` when that is not to be found. */
export type CallSite = () => string | undefined;

/** Frames of this folder are not where a program sets its timers. */
const HERE = new URL('.', import.meta.url).pathname;

/** Remembers from where it was called; what that is called is found out when somebody asks. */
export function callSite(): CallSite {
  // Its stack becomes text when it is first read, which takes long.
  const here = new Error('call site');
  return () => {
    const frames = (here.stack ?? '').split('\n').slice(1);
    const frame = frames.find(
      (line) => !line.includes(HERE) && !line.includes('<anonymous>') && !line.includes('node:'),
    );
    return frame?.trim().replace(/^at (?:.*\((.*)\)|(.*))$/, '$1$2');
  };
}
