#!/usr/bin/env node
// The private Python environment of the benchmarks' peers, under .toolchain/peers.
//
//   node tools/peers.mjs [--help]
//
// Wheels are pinned and hash-checked; FastGeodis comes as source and is built against the full `torch`, without build
// isolation. What cannot be installed is written down with the reason, and the rest goes on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, '.toolchain', 'peers');
const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
const record = join(folder, 'installed.json');

const wheels = ['--only-binary=:all:'];
const source = ['--no-deps', '--no-binary=:all:', '--no-build-isolation'];

/** In order; a later group needs the ones before it only where it says so by its own requirements. */
const groups = [
  { implementations: ['scipy-csgraph', 'dijkstra3d', 'skimage-mcp', 'itk-fastmarching'], steps: [['peers.txt', wheels]] },
  { implementations: ['fastgeodis'], steps: [['peers-torch.txt', wheels], ['peers-fastgeodis.txt', source]] },
];

const requirements = (file) => join(root, 'tools', 'requirements', file);

function fingerprint() {
  const hash = createHash('sha256');
  for (const { steps } of groups) for (const [file] of steps) hash.update(readFileSync(requirements(file)));
  return hash.digest('hex');
}

/**
 * @returns {{python: string, failures: Record<string, string>} | null} `failures`: why an implementation is not there;
 * null where the environment has not been made, or for other requirements
 */
export function findPeers() {
  if (!existsSync(record)) return null;
  const { requirements: made, failures } = JSON.parse(readFileSync(record, 'utf8'));
  return made === fingerprint() ? { python, failures } : null;
}

/** Makes the environment unless it is there; one in which something failed is tried again. */
export function installPeers({ log }) {
  const found = findPeers();
  if (found && Object.keys(found.failures).length === 0) return found;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const failures = {};
  const venv = run('python3', ['-m', 'venv', folder]);
  for (const { implementations, steps } of groups) {
    let failure = venv && `no Python environment (${venv})`;
    for (const [file, extra] of steps) {
      if (failure) break;
      log(`installing ${file}`);
      failure = run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', ...extra, '-r', requirements(file)]);
    }
    if (!failure) continue;
    log(`without ${implementations.join(', ')}: ${failure}`);
    for (const implementation of implementations) failures[implementation] = failure;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(record, `${JSON.stringify({ requirements: fingerprint(), failures }, null, 2)}\n`);
  return { python, failures };
}

/** @returns why the command failed, in one line, or null */
function run(command, arguments_) {
  const result = spawnSync(command, arguments_, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });
  if (result.error) return result.error.code === 'ENOENT' ? `\`${command}\` is not installed` : result.error.message;
  process.stderr.write(result.stderr);
  if (result.status === 0) return null;
  const lines = `${result.stdout}${result.stderr}`.split('\n');
  return lines.findLast((line) => /error/i.test(line))?.trim() ?? `exit status ${result.status}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--help')) {
    process.stdout.write('usage: node tools/peers.mjs\nInstalls the peers of the benchmarks into .toolchain/peers (about 6 GB, most of it torch).\n');
  } else {
    const { failures } = installPeers({ log: (line) => process.stderr.write(`peers  ${line}\n`) });
    process.exitCode = Object.keys(failures).length > 0 ? 1 : 0;
  }
}
