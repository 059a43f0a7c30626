#!/usr/bin/env node
// Lints everything. The project graph is computed first: without a cached graph the rule that guards the layers is
// skipped with a warning and exit code 0, so that warning is an error here.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = (script, ...arguments_) =>
  spawnSync(process.execPath, [join(root, 'node_modules', script), ...arguments_], {
    cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });

const graph = run('nx/dist/bin/nx.js', 'show', 'projects');
if (graph.status !== 0) {
  process.stderr.write(graph.stdout + graph.stderr);
  process.exit(1);
}
const lint = run('eslint/bin/eslint.js', '--max-warnings', '0', '.');
process.stderr.write(lint.stdout + lint.stderr);
if (/No cached ProjectGraph/.test(lint.stdout + lint.stderr)) {
  process.stderr.write('lint: the module-boundary rule was skipped for want of a project graph\n');
  process.exit(1);
}
process.exit(lint.status ?? 1);
