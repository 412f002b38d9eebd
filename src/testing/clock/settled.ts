/** How often pending promises get their turn. Far more than any chain of awaits in this library is long. */
const TURNS = 100;

/**
 * Lets everything happen that needs no time and nothing but promises. It does so before the event loop goes on: a program that a
 * hang-up makes reject is not an unhandled rejection yet when the test awaits it next.
 */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}
