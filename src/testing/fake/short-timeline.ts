/** As many lines of a timeline are in a message. */
const MOST_LINES = 60;

/** The end of a timeline, for a message. */
export function shortTimeline(timeline: string): string {
  const [head = '', ...lines] = timeline.split('\n');
  if (lines.length <= MOST_LINES) return timeline;
  return [head, `… ${lines.length - MOST_LINES} lines more …`, ...lines.slice(-MOST_LINES)].join('\n');
}
