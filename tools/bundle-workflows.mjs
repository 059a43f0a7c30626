#!/usr/bin/env node
// Builds the production workflow bundle, once per hash of the compiled workflow code and the SDK's version.
//
//   node tools/bundle-workflows.mjs
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(root, 'packages/workflows/dist/workflows/index.js');
const sources = [join(root, 'packages/workflows/dist/workflows'), join(root, 'packages/campaign/dist')];
const bundle = join(root, 'packages/workflows/dist/workflow-bundle.js');

function stampNow() {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(root, 'node_modules/@temporalio/worker/package.json')));
  hash.update(readFileSync(join(root, 'node_modules/zod/package.json')));
  for (const folder of sources) {
    const files = readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((file) => file.isFile() && file.name.endsWith('.js'))
      .map((file) => join(file.parentPath, file.name))
      .sort();
    for (const file of files) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** @returns true where the bundle was built, false where it was up to date. */
export async function buildWorkflowBundle() {
  const stampFile = `${bundle}.stamp`;
  const stamp = stampNow();
  if (existsSync(bundle) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = () => {};
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: console.error, error: console.error },
  });
  mkdirSync(dirname(bundle), { recursive: true });
  writeFileSync(bundle, code);
  writeFileSync(stampFile, stamp);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--help')) process.stdout.write('usage: node tools/bundle-workflows.mjs\n');
  else process.stdout.write((await buildWorkflowBundle()) ? 'built\n' : 'up to date\n');
}
