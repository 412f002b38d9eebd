/** What stands for an address in the description of a session whose far end is another one of the same engine. */
export const LOCAL_ADDRESS = 'local';
