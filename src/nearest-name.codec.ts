/** The name that somebody probably meant, or `undefined` when none is near. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  // An abbreviation takes many letters to complete and is still easy to understand.
  const longer = names.filter((name) => written.length > 2 && name.toLowerCase().startsWith(written.toLowerCase()));
  if (longer.length === 1) return longer[0];
  let nearest: string | undefined;
  let least = Math.floor(written.length / 2) + 1;
  for (const name of names) {
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** How many letters have to be put in, taken out or replaced to make `b` of `a` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
