/** As many lines of the beginning and of the end of a timeline are in a message. */
const FIRST_LINES = 20;
const LAST_LINES = 40;

/** A timeline without the middle of a long one, for a message. */
export function shortTimeline(timeline: string): string {
  const [head = '', ...lines] = timeline.split('\n');
  const folded = lines.length - FIRST_LINES - LAST_LINES;
  if (folded <= 0) return timeline;
  return [head, ...lines.slice(0, FIRST_LINES), `… ${folded} lines more …`, ...lines.slice(-LAST_LINES)].join('\n');
}
