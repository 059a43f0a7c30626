#!/usr/bin/env node
// Private Python environments under .toolchain, of public tools that benchmarks and tests compare with.
//
//   node tools/python-environment.mjs <name> [--help]
//
// Wheels are pinned and hash-checked. What cannot be installed is written down with the reason, and the rest goes on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const wheels = ['--only-binary=:all:'];
/** A file that pins every dependency but those that come as source, in a later step. */
const listed = ['--no-deps', '--only-binary=:all:'];
const source = ['--no-deps', '--no-binary=:all:', '--no-build-isolation'];

/** Groups are installed in order; a later one needs an earlier one only where its own requirements say so. */
const environments = {
  peers: {
    purpose: 'peers of the geodesic benchmark (about 6 GB, most of it torch)',
    groups: [
      { provides: ['scipy-csgraph', 'dijkstra3d', 'skimage-mcp', 'itk-fastmarching'], steps: [['geodesic-peers.txt', wheels]] },
      // FastGeodis comes as source and is built against the full torch.
      { provides: ['fastgeodis'], steps: [['geodesic-peers-torch.txt', wheels], ['geodesic-peers-fastgeodis.txt', source]] },
    ],
  },
  nnunetv2: {
    purpose: 'peer of the engine benchmark, with torch and MONAI (about 6 GB, most of it torch)',
    groups: [{ provides: ['nnunetv2'], steps: [['nnunetv2.txt', listed], ['nnunetv2-acvl-utils.txt', source]] }],
  },
  readers: {
    purpose: "readers of the files that we write, for tests: TensorBoard's and ONNX's checker (about 300 MB)",
    groups: [{ provides: ['tensorboard', 'onnx'], steps: [['readers.txt', wheels]] }],
  },
};

const requirements = (file) => join(root, 'tools', 'requirements', file);

function describe(name) {
  const folder = join(root, '.toolchain', name);
  const { groups } = environments[name];
  const hash = createHash('sha256');
  for (const { steps } of groups) for (const [file] of steps) hash.update(readFileSync(requirements(file)));
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  return { folder, groups, python, record: join(folder, 'installed.json'), fingerprint: hash.digest('hex') };
}

/**
 * @param {keyof typeof environments} name
 * @returns {{python: string, failures: Record<string, string>} | null} `failures`: why a tool is not there; null where
 * the environment has not been made, or for other requirements
 */
export function findPythonEnvironment(name) {
  const { python, record, fingerprint } = describe(name);
  if (!existsSync(record)) return null;
  const { requirements: made, failures } = JSON.parse(readFileSync(record, 'utf8'));
  return made === fingerprint ? { python, failures } : null;
}

/** Makes the environment unless it is there; one in which something failed is tried again. */
export function installPythonEnvironment(name, { log }) {
  const found = findPythonEnvironment(name);
  if (found && Object.keys(found.failures).length === 0) return found;
  const { folder, groups, python, record, fingerprint } = describe(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const failures = {};
  const venv = run('python3', ['-m', 'venv', folder]);
  for (const { provides, steps } of groups) {
    let failure = venv && `no Python environment (${venv})`;
    for (const [file, extra] of steps) {
      if (failure) break;
      log(`installing ${file}`);
      failure = run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', ...extra, '-r', requirements(file)]);
    }
    if (!failure) continue;
    log(`without ${provides.join(', ')}: ${failure}`);
    for (const tool of provides) failures[tool] = failure;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(record, `${JSON.stringify({ requirements: fingerprint, failures }, null, 2)}\n`);
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
  const name = process.argv[2] ?? '';
  if (!Object.hasOwn(environments, name) || process.argv.includes('--help')) {
    const list = Object.entries(environments).map(([known, { purpose }]) => `  ${known.padEnd(10)} ${purpose}\n`).join('');
    process.stdout.write(`usage: node tools/python-environment.mjs <name>\nInstalls an environment into .toolchain/<name>:\n${list}`);
    process.exitCode = process.argv.includes('--help') ? 0 : 2;
  } else {
    const { failures } = installPythonEnvironment(name, { log: (line) => process.stderr.write(`${name}  ${line}\n`) });
    process.exitCode = Object.keys(failures).length > 0 ? 1 : 0;
  }
}
