#!/usr/bin/env node
// Copies an addon built on this machine into the package, where it is found without a build: the layout of prebuildify,
// prebuilds/<platform>-<arch>/<package>.node. Node-API is stable over versions of Node, so one file serves all of them;
// kernels for wider instruction sets are inside and picked at run time.
//
//   node tools/prebuild.mjs [--package geodesic-native]
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildNative, root } from './build-native.mjs';

const at = process.argv.indexOf('--package');
const name = at < 0 ? 'geodesic-native' : process.argv[at + 1];

if (process.argv.includes('--help')) {
  process.stdout.write('usage: node tools/prebuild.mjs [--package geodesic-native]\n');
} else if (name !== 'geodesic-native') {
  // torch-native is linked against the LibTorch of this machine and is of no use elsewhere.
  process.stderr.write(`prebuild: expected geodesic-native for --package but received ${name}: it is linked against this machine's libraries.\n`);
  process.exitCode = 2;
} else {
  const { directory } = buildNative(name, { log: (line) => process.stderr.write(`${line}\n`) });
  const target = join(root, 'packages', name, 'prebuilds', `${process.platform}-${process.arch}`, `${name}.node`);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(directory, `${name.replace('-', '_')}.node`), target);
  process.stdout.write(`${relative(root, target)}\n`);
}
