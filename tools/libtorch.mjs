// Finds LibTorch: the LIBTORCH environment variable, else an importable Python `torch`, else the pinned wheel that
// set-up placed under the project. Anything older than 2.9, or of the old C++ ABI, is named and passed over.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldest = [2, 9];

/** Folder of the wheel that set-up installs, the parent of `torch/`. */
export const wheelFolder = join(root, '.toolchain', 'libtorch');

/**
 * @returns {{directory: string, version: string, source: 'LIBTORCH' | 'python' | 'wheel'} | null} `directory` holds
 * `include/` and `lib/`. Candidates that were passed over are given to `reject(reason)`.
 */
export function findLibTorch({ reject = () => {} } = {}) {
  const candidates = [
    ['LIBTORCH', () => process.env.LIBTORCH],
    ['wheel', () => join(wheelFolder, 'torch')],
    ['python', pythonTorch],
  ];
  // A wheel that set-up installed was chosen after the others were tried, so it is looked at before Python is started;
  // only LIBTORCH, which somebody set on purpose, comes before it.
  for (const [source, locate] of candidates) {
    const directory = locate();
    if (!directory || !existsSync(directory)) {
      if (source === 'LIBTORCH' && directory) reject(`LIBTORCH: folder does not exist`);
      continue;
    }
    const problem = problemOf(directory);
    if (problem) {
      reject(`${source}: ${problem}`);
      continue;
    }
    return { directory, version: versionOf(directory), source };
  }
  return null;
}

function pythonTorch() {
  const script = 'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")';
  const result = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : '';
}

function problemOf(directory) {
  if (!existsSync(join(directory, 'include', 'torch', 'csrc', 'api', 'include', 'torch', 'torch.h'))) {
    return 'no C++ headers (include/torch/csrc/api)';
  }
  const version = versionOf(directory);
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return `version ${version} is older than ${oldest.join('.')}`;
  }
  return null;
}

function versionOf(directory) {
  const header = join(directory, 'include', 'torch', 'headeronly', 'version.h');
  const text = existsSync(header) ? readFileSync(header, 'utf8') : '';
  const part = (name) => new RegExp(`#define TORCH_VERSION_${name} (\\d+)`).exec(text)?.[1];
  return part('MAJOR') ? `${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}` : '0';
}
