#!/usr/bin/env node
// Builds the C++ cores with sanitizers and runs their tests, and a stretch of the geodesic core's fuzz target, under them.
//
//   npm run sanitize [-- --problems N]
//
// Geodesic core: under address,undefined and under thread. Core of torch-native: under address; LibTorch itself is not
// sanitized, but its tensors lie in memory that is, so that an operator of ours that leaves one is seen. Its threads wait for
// each other in OpenMP's runtime, of which ThreadSanitizer knows nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildNative } from './build-native.mjs';

/** By package: sanitizers, and programs with their options. */
const suites = {
  'geodesic-native': {
    sanitizers: ['address,undefined', 'thread'],
    programs: (problems) => [['geodesic_core_tests'], ['geodesic_core_fuzz', '--problems', String(problems)]],
  },
  'torch-native': { sanitizers: ['address'], programs: () => [['torch_core_tests']] },
};

/** Why the compiler cannot link with a sanitizer; undefined where it can. */
export function missingSanitizer(sanitizer) {
  const compiler = process.env.CXX ?? 'c++';
  const run = spawnSync(compiler, ['-x', 'c++', `-fsanitize=${sanitizer}`, '-o', '/dev/null', '-'], { input: 'int main() {}', encoding: 'utf8' });
  return run.status === 0 ? undefined : `\`${compiler}\` cannot link with it (${run.stderr.trim().split('\n').at(-1)})`;
}

/**
 * Builds, once per source, and runs.
 *
 * @param {'geodesic-native' | 'torch-native'} name
 * @returns {{passed: number, failed: number}[]} by program
 */
export function runSanitized(name, sanitizer, { problems, log }) {
  const { directory } = buildNative(name, { sanitize: sanitizer, log });
  return suites[name].programs(problems).map(([program, ...options]) => {
    const run = spawnSync(join(directory, program), options, { encoding: 'utf8' });
    const counts = /(\d+) passed, (\d+) failed/.exec(run.stdout);
    const passed = Number(counts?.[1] ?? 0);
    const failed = Number(counts?.[2] ?? 0);
    const ended = run.status === 0 && counts !== null;
    if (!ended) log(`${run.stdout}${run.stderr}${program} ended with ${run.signal ?? run.status}`);
    log(`${program} (${sanitizer}): ${passed} passed, ${failed} failed`);
    return { passed, failed: ended ? failed : Math.max(1, failed) };
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--help')) {
    process.stdout.write('usage: npm run sanitize [-- --problems N]\n');
  } else {
    const at = process.argv.indexOf('--problems');
    const problems = at < 0 ? 100 : Number(process.argv[at + 1]);
    const log = (line) => process.stderr.write(`${line}\n`);
    const runs = Object.entries(suites).flatMap(([name, { sanitizers }]) => sanitizers.map((sanitizer) => [name, sanitizer]));
    const results = runs.flatMap(([name, sanitizer]) => {
      const lacks = missingSanitizer(sanitizer);
      if (lacks) log(`${sanitizer}: ${lacks}`);
      return lacks ? [{ passed: 0, failed: 1 }] : runSanitized(name, sanitizer, { problems, log });
    });
    const sum = (field) => results.reduce((total, result) => total + result[field], 0);
    process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
    process.exitCode = sum('failed') === 0 ? 0 : 1;
  }
}
