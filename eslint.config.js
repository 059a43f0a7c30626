import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Node built-ins and Temporal's runtime stay out of the rooms that run in a browser or in the workflow sandbox. */
const nodeBuiltins = { group: ['node:*', 'fs', 'path', 'os', 'crypto', 'child_process'], message: 'No Node built-ins here: this code also runs in a browser or in the workflow sandbox.' };

/** contract <- codec, native <- engine <- orchestration <- app */
const layers = {
  contract: [],
  codec: ['contract'],
  native: ['contract'],
  engine: ['contract', 'codec', 'native'],
  orchestration: ['contract', 'codec', 'native', 'engine'],
  app: ['contract', 'codec', 'native', 'engine', 'orchestration'],
};

function boundaries(allowed) {
  const depConstraints = Object.entries(allowed).map(([layer, below]) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: below.map((name) => `layer:${name}`),
  }));
  return ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }];
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/build/**', '.toolchain/**', '.geoscribe/**', '.nx/**', '**/node_modules/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@nx/enforce-module-boundaries': boundaries(layers),
    },
  },
  {
    // Tests of the native packages read real volumes.
    files: ['packages/*-native/tests/**/*.ts', 'packages/*-native/bench/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries({ ...layers, native: ['contract', 'codec', 'native'] }) },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly' } },
  },
  {
    files: ['packages/campaign/src/**/*.ts', 'packages/core-io/src/*.ts', 'packages/workflows/src/workflows/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [nodeBuiltins] }] },
  },
);
