// Where the figures come from.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Model, cores and the widest vector instructions. */
export function machine() {
  return `${cpus()[0].model.trim()}, ${cpus().length} cores${vectorInstructions()}`;
}

function vectorInstructions() {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))[1].split(' ');
    if (flags.includes('avx512f')) return ', AVX-512';
    return flags.includes('avx2') ? ', AVX2' : '';
  } catch {
    return '';
  }
}

/**
 * Short hash of HEAD, and whether tracked files of `packages` or of a benchmark differ from it; `unknown` outside a clone.
 *
 * @param {string} benchmark folder in `benchmarks`
 */
export function commit(benchmark) {
  const git = (...arguments_) => execFileSync('git', arguments_, { cwd: dirname(fileURLToPath(import.meta.url)), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const folders = [':/packages', ':/benchmarks/shared', `:/benchmarks/${benchmark}`];
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', ...folders).trim() !== '';
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
