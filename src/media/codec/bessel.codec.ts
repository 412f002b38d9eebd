/** Modified Bessel function of the first kind and order 0, which Kaiser windows are made of. */
export function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let index = 1; term > 1e-12 * sum; index++) {
    term *= (x / (2 * index)) ** 2;
    sum += term;
  }
  return sum;
}
