/**
 * Awaits what the disk does. Where time is virtual it has to stand still meanwhile, so that it never outruns the disk. One
 * such work must not await another one.
 */
export type AwaitDisk = <T>(work: Promise<T>) => Promise<T>;

/** In real time there is nothing more to it. */
export const awaitDisk: AwaitDisk = (work) => work;
