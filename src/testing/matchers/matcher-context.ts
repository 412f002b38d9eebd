/** What a test runner gives to its matchers, as far as these use it: the same in vitest, Jest and the package `expect`. */
export interface MatcherContext {
  /** Compares as `toEqual` does, asymmetric matchers included. */
  equals(actual: unknown, expected: unknown): boolean;
}

/** What a matcher says to its runner. */
export interface MatcherResult {
  readonly pass: boolean;
  /** Asked when the test fails: after `not` when `pass` is true. */
  message(): string;
}

/** A value that decides itself what it equals, such as `expect.stringContaining('menu')`. */
export interface AsymmetricMatcher {
  asymmetricMatch(other: unknown): boolean;
}
