const LENGTH = 160;
const RATE = 8000;
/** What is the same for both tones of a pair, whatever their phases: four samples of a frame, as it were, at right angles to each other. */
type Plane = readonly Float64Array[];

/** Two tones that networks send together (ITU-T E.180, supplement 2): busy in North America first, then ringing and dial tones. */
const PAIRS = [
  [480, 620],
  [440, 480],
  [350, 440],
  [400, 450],
] as const;

const PLANES = PAIRS.map(planeOf);

/** The pair of which busy is made in North America. */
export const BUSY_PAIR = 0;

/**
 * Looks for a pair of tones in a frame of 20 ms.
 *
 * @param energy - sum of the squares of the samples.
 * @param part - what the pair must have of it.
 * @returns which pair it is, or -1.
 */
export function findPair(frame: Int16Array, energy: number, part: number): number {
  for (let pair = 0; pair < PLANES.length; pair++) {
    if (explained(frame, PLANES[pair] as Plane) >= part * energy) return pair;
  }
  return -1;
}

function explained(frame: Int16Array, plane: Plane): number {
  let sum = 0;
  for (const axis of plane) {
    let product = 0;
    for (let index = 0; index < LENGTH; index++) product += (frame[index] as number) * (axis[index] as number);
    sum += product * product;
  }
  return sum;
}

/** All that two tones can look like in a frame, by the method of Gram and Schmidt. */
function planeOf(pair: readonly [number, number]): Plane {
  const plane: Float64Array[] = [];
  for (const hertz of pair) {
    for (const phase of [0, Math.PI / 2]) {
      const axis = Float64Array.from({ length: LENGTH }, (_, index) =>
        Math.cos((2 * Math.PI * hertz * index) / RATE - phase),
      );
      for (const other of plane) {
        const along = product(axis, other);
        axis.forEach((value, index) => {
          axis[index] = value - along * (other[index] as number);
        });
      }
      const length = Math.sqrt(product(axis, axis));
      plane.push(axis.map((value) => value / length));
    }
  }
  return plane;
}

function product(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] as number), 0);
}
