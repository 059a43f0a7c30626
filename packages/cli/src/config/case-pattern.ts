import { Minimatch } from 'minimatch';

/** Decides whether a case id belongs to a selection's entry. */
export type CaseMatcher = (id: string) => boolean;

/**
 * Reads one entry of `cases`: an id, a glob of ids with `*`, `?` and `[..]`, or a regular expression between slashes,
 * which may match any part of the id.
 *
 * @throws SyntaxError where the regular expression is malformed.
 */
export function parseCasePattern(entry: string): CaseMatcher {
  if (entry.length > 2 && entry.startsWith('/') && entry.endsWith('/')) {
    const expression = new RegExp(entry.slice(1, -1));
    return (id) => expression.test(id);
  }
  if (/[*?[]/.test(entry)) {
    const glob = new Minimatch(entry, { dot: true, nobrace: true, noext: true, noglobstar: true, nonegate: true, nocomment: true });
    return (id) => glob.match(id);
  }
  return (id) => id === entry;
}
