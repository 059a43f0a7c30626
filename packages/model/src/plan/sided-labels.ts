/**
 * Labels whose name tells a side of the body: `left` or `right` as a word of it, `l` or `r` as a word where another label
 * has the same name with the other letter.
 *
 * Words end at anything but a letter or digit and where a small letter meets a capital one, so `kidney_L`, `Left-Lung` and
 * `kidneyRight` count; `L1` and `leftover` do not.
 *
 * @param labels names of a data set's labels
 * @returns those among them, in their order
 */
export function sidedLabels(labels: readonly string[]): string[] {
  const words = labels.map(wordsOf);
  const all = new Set(words.map((parts) => parts.join(' ')));
  return labels.filter((_, index) =>
    words[index]!.some((word, at) => {
      if (word === 'left' || word === 'right') return true;
      const other = { l: 'r', r: 'l' }[word];
      return other !== undefined && all.has(words[index]!.with(at, other).join(' '));
    }),
  );
}

function wordsOf(label: string): string[] {
  return label
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
