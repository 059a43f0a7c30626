#!/usr/bin/env node
// Builds the C++ addons and their tests with CMake, once per hash of everything that decides the result.
//
//   node tools/build-native.mjs [--package geodesic-native|torch-native] [--sanitize address,undefined|thread]
//
// The hash covers the sources, the compiler and its version, the LibTorch version, the CPU's flags and Node's ABI; a
// package whose stamp has the hash is not touched, so that a second call costs milliseconds.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findLibTorch } from './libtorch.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = ['geodesic-native', 'torch-native'];

/** Every file under the folder, sorted, build results left out. */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function cpuFlags() {
  const info = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  return /^flags\s*:(.*)$/m.exec(info)?.[1]?.trim() ?? cpus()[0]?.model ?? 'unknown';
}

function compilerVersion() {
  const compiler = process.env.CXX ?? 'c++';
  const result = spawnSync(compiler, ['--version'], { encoding: 'utf8' });
  if (result.error || result.status !== 0) {
    throw new Error(`No C++ compiler: expected \`${compiler}\` on the PATH (or CXX). Install one, for example g++ 12.`);
  }
  return result.stdout.split('\n')[0];
}

function stampFor(folder, options) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([compilerVersion(), cpuFlags(), process.versions.modules, process.arch, options]));
  const sources = [join(folder, 'CMakeLists.txt'), join(root, 'tools/cmake/GeoscribeAddon.cmake'), ...filesBelow(join(folder, 'native'))];
  for (const file of sources) {
    hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** @returns {{package: string, directory: string, built: boolean}} */
export function buildNative(name, { sanitize = '', log = () => {} } = {}) {
  const folder = join(root, 'packages', name);
  const libtorch = name === 'torch-native' ? findLibTorch() : null;
  const directory = join(folder, 'build', sanitize === '' ? 'release' : sanitize.replaceAll(',', '-'));
  const stamp = stampFor(folder, { sanitize, libtorch: libtorch && [libtorch.directory, libtorch.version] });
  const stampFile = join(directory, 'stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    return { package: name, directory, built: false };
  }
  const require = createRequire(join(root, 'package.json'));
  // node-addon-api gives its folder relative to the working directory.
  const includes = [require('node-addon-api').include_dir, require('node-api-headers').include_dir].map((folder) => resolve(folder));
  const arguments_ = [
    '-S', folder, '-B', directory,
    `-DCMAKE_BUILD_TYPE=${sanitize === '' ? 'Release' : 'RelWithDebInfo'}`,
    `-DCMAKE_MODULE_PATH=${join(root, 'tools/cmake')}`,
    `-DNODE_API_INCLUDE_DIRS=${includes.join(';')}`,
    `-DGEOSCRIBE_SANITIZE=${sanitize}`,
  ];
  if (spawnSync('ninja', ['--version']).status === 0) arguments_.push('-G', 'Ninja');
  if (libtorch) arguments_.push(`-DLIBTORCH=${libtorch.directory}`);
  mkdirSync(directory, { recursive: true });
  // A build that fails leaves objects of several sources behind: no stamp may vouch for them.
  rmSync(stampFile, { force: true });
  log(`building ${name}${sanitize === '' ? '' : ` (${sanitize})`}`);
  run('cmake', arguments_);
  run('cmake', ['--build', directory, '--parallel', String(Math.max(1, cpus().length))]);
  writeFileSync(stampFile, stamp);
  return { package: name, directory, built: true };
}

function run(command, arguments_) {
  try {
    execFileSync(command, arguments_, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 2 ** 28 });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error(`\`${command}\` is not installed: install it and run \`npm run setup\` again.`, { cause: error });
    throw new Error(`\`${command}\` failed:\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const option = (flag) => {
    const index = process.argv.indexOf(flag);
    return index < 0 ? undefined : process.argv[index + 1];
  };
  if (process.argv.includes('--help')) {
    process.stdout.write('usage: node tools/build-native.mjs [--package NAME] [--sanitize address,undefined|thread]\n');
  } else {
    const chosen = option('--package');
    for (const name of chosen ? [chosen] : packages) {
      const result = buildNative(name, { sanitize: option('--sanitize') ?? '', log: (line) => process.stderr.write(`${line}\n`) });
      process.stdout.write(`${name}: ${result.built ? 'built' : 'up to date'} (${relative(root, result.directory)})\n`);
    }
  }
}
