const blocks = [...'▁▂▃▄▅▆▇█'];

/** For terminals without UTF-8: marks that climb from the bottom of the line to its top. */
const marks = [..."_.,-~+*^"];

/**
 * A curve in one line of text, a character a value, from the smallest value (lowest mark) to the greatest.
 *
 * @param values one that is not finite is a blank. Equal values lie in the middle.
 * @param unicode block characters, else ASCII
 */
export function sparkline(values: readonly number[], { unicode }: { unicode: boolean }): string {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const levels = unicode ? blocks : marks;
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = high > low ? (value - low) / (high - low) : 0.5;
      return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))];
    })
    .join('');
}
