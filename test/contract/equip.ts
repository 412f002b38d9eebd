import type { UserAgentOptions } from '../../src/index.ts';

/** Gives the user agents of a bearer more than it starts them with; their media directory is there already. */
export type Equip = (options: UserAgentOptions) => Promise<UserAgentOptions>;

export const asTheyAre: Equip = async (options) => options;
