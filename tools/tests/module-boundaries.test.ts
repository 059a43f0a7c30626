import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Lints text as if it stood in the file and gives the rules that fired. */
async function rulesBroken(filePath: string, text: string): Promise<(string | null)[]> {
  const [result] = await new ESLint({ cwd: root }).lintText(text, { filePath: join(root, filePath) });
  expect(result!.messages.filter(({ message }) => message.includes('No cached ProjectGraph'))).toEqual([]);
  return result!.messages.map(({ ruleId }) => ruleId);
}

beforeAll(() => {
  const graph = spawnSync(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), 'show', 'projects'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    encoding: 'utf8',
  });
  expect(graph.status, graph.stderr).toBe(0);
});

describe('module boundaries', () => {
  it.each([
    ['packages/campaign/src/probe.ts', '@geoscribe/core-io'],
    ['packages/core-io/src/probe.ts', '@geoscribe/model'],
    ['packages/geodesic-native/src/probe.ts', '@geoscribe/core-io'],
    ['packages/model/src/probe.ts', '@geoscribe/workflows/client'],
  ])('%s may not import %s', async (file, forbidden) => {
    expect(await rulesBroken(file, `import * as probe from '${forbidden}';\nexport { probe };\n`)).toContain(
      '@nx/enforce-module-boundaries',
    );
  });

  it('lets an engine import a codec', async () => {
    expect(await rulesBroken('packages/model/src/probe.ts', `import * as probe from '@geoscribe/core-io';\nexport { probe };\n`)).toEqual([]);
  });

  it.each(['packages/campaign/src/probe.ts', 'packages/core-io/src/probe.ts', 'packages/workflows/src/workflows/probe.ts'])(
    '%s may not import a Node built-in',
    async (file) => {
      expect(await rulesBroken(file, `import * as probe from 'node:fs';\nexport { probe };\n`)).toContain('no-restricted-imports');
    },
  );
});
