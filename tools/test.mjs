#!/usr/bin/env node
// Everything that must hold: type-check of the tests, lint, one run of vitest over all packages, the C++ tests.
// The last line of stdout is the sum: `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPythonEnvironment } from './python-environment.mjs';
import { missingSanitizer, runSanitized } from './sanitize.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const total = { passed: 0, failed: 0, skipped: 0 };

function node(script, ...arguments_) {
  return spawnSync(process.execPath, [join(root, script), ...arguments_], { cwd: root, stdio: ['ignore', 2, 2] }).status === 0;
}

function check(name, passed) {
  process.stderr.write(`${passed ? 'ok    ' : 'FAILED'} ${name}\n`);
  if (!passed) total.failed += 1;
}

function vitest() {
  const results = join(root, '.toolchain', 'vitest.json');
  mkdirSync(dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const passed = node('node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`);
  if (!existsSync(results)) return check('vitest gave no result', false);
  const summary = JSON.parse(readFileSync(results, 'utf8'));
  total.passed += summary.numPassedTests;
  total.failed += summary.numFailedTests;
  total.skipped += summary.numPendingTests + summary.numTodoTests;
  const failedFiles = summary.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  total.failed += failedFiles;
  if (!passed && summary.numFailedTests + failedFiles === 0) check('vitest ended with an error outside a test', false);
}

function nativeTests() {
  for (const name of ['geodesic-native', 'torch-native']) {
    const folder = join(root, 'packages', name, 'build', 'release');
    for (const file of readdirSync(folder).filter((entry) => entry.endsWith('_core_tests'))) {
      const run = spawnSync(join(folder, file), { encoding: 'utf8' });
      process.stderr.write(run.stdout + run.stderr);
      const counts = /(\d+) passed, (\d+) failed/.exec(run.stdout);
      if (!counts) {
        check(`${file} ended without a result (${run.signal ?? run.status})`, false);
        continue;
      }
      total.passed += Number(counts[1]);
      total.failed += Number(counts[2]);
      if (run.status !== 0 && counts[2] === '0') check(`${file} exited with ${run.signal ?? run.status}`, false);
    }
  }
}

/** The geodesic core's tests and some fuzz problems under AddressSanitizer and UndefinedBehaviorSanitizer. */
function sanitizedTests() {
  const sanitizer = 'address,undefined';
  const lacks = missingSanitizer(sanitizer);
  if (lacks) {
    process.stderr.write(`skipped the geodesic core under ${sanitizer}: ${lacks}\n`);
    total.skipped += 1;
    return;
  }
  for (const { passed, failed } of runSanitized('geodesic-native', sanitizer, { problems: 40, log: (line) => process.stderr.write(`${line}\n`) })) {
    total.passed += passed;
    total.failed += failed;
  }
}

// What is missing makes the tests that need it skip, with the reason.
installPythonEnvironment('readers', { log: (line) => process.stderr.write(`readers  ${line}\n`) });
check('type-check', node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.tests.json'));
check('lint', node('tools/lint.mjs'));
vitest();
nativeTests();
sanitizedTests();
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
