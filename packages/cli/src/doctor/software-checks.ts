import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.js';
import { ownFolder, packageFolder, readManifest } from './package-folder.js';
import { runInNode } from './run-in-node.js';

const setUp = 'Run `npm run setup` in the project’s folder.';

/** Oldest Node that is supported: major, minor. */
const oldestNode = [20, 19] as const;

export const nodeCheck: Check = {
  name: 'Node',
  async look() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
    if (ok) return { ok, found: process.versions.node };
    return { ok, found: process.versions.node, hint: `Install Node ${oldestNode.join('.')} or newer.` };
  },
};

export const packagesCheck: Check = {
  name: 'npm packages',
  async look() {
    const wanted = packagesBelow(ownFolder, new Map());
    const missing = [...wanted].filter(([, installed]) => !installed).map(([name]) => name);
    if (missing.length > 0) return { ok: false, found: `missing: ${missing.join(', ')}`, hint: setUp };
    return { ok: true, found: `${wanted.size} present` };
  },
};

/** Our own packages and what they depend on directly: name and whether it is installed. */
function packagesBelow(folder: string, known: Map<string, boolean>): Map<string, boolean> {
  for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
    if (known.has(name)) continue;
    const dependency = packageFolder(name, folder);
    known.set(name, dependency !== null);
    if (dependency !== null && name.startsWith('@geoscribe/')) packagesBelow(dependency, known);
  }
  return known;
}

/** Whether the C++ addon of a native package is built and fits this machine. */
export function addonCheck(name: 'geodesic-native' | 'torch-native'): Check {
  return {
    name: `addon ${name}`,
    async look() {
      const file = addonFile(name);
      if (file === null) return { ok: false, found: 'not built', hint: setUp };
      const script = `import { createRequire } from 'node:module'; createRequire(${JSON.stringify(file)})(${JSON.stringify(file)});`;
      const run = await runInNode(script, ownFolder);
      if (run.ok) return { ok: true, found: 'loads' };
      return { ok: false, found: `does not load: ${run.problem}`, hint: `${setUp} It builds the addon for this machine.` };
    },
  };
}

function addonFile(name: string): string | null {
  const folder = packageFolder(`@geoscribe/${name}`);
  const file = folder === null ? null : join(folder, 'build', 'release', `${name.replace('-', '_')}.node`);
  return file !== null && existsSync(file) ? file : null;
}

/** The LibTorch that the addon was built with, by the build's own record. */
export const libTorchCheck: Check = {
  name: 'LibTorch',
  async look() {
    const folder = packageFolder('@geoscribe/torch-native');
    const cache = folder === null ? '' : join(folder, 'build', 'release', 'CMakeCache.txt');
    const directory = existsSync(cache) ? /^LIBTORCH:\w+=(.+)$/m.exec(readFileSync(cache, 'utf8'))?.[1] : undefined;
    const hint = `${setUp} It takes the folder of LIBTORCH, an installed Python torch of 2.9 or newer, or a pinned wheel.`;
    if (directory === undefined) return { ok: false, found: 'none', hint };
    if (!existsSync(directory)) return { ok: false, found: `gone: ${directory}`, hint };
    return { ok: true, found: `${libTorchVersion(directory)} in ${directory}` };
  },
};

function libTorchVersion(directory: string): string {
  const header = join(directory, 'include', 'torch', 'headeronly', 'version.h');
  const text = existsSync(header) ? readFileSync(header, 'utf8') : '';
  const part = (name: string): string => new RegExp(`#define TORCH_VERSION_${name} (\\d+)`).exec(text)?.[1] ?? '?';
  return `${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}`;
}

export const cudaCheck: Check = {
  name: 'CUDA',
  async look() {
    const script = `
      const { availableDevices } = await import('@geoscribe/torch-native');
      const { cuda, cudaReason } = availableDevices();
      process.stdout.write(cuda ? 'available' : 'not available: ' + cudaReason);`;
    const run = await runInNode(script, ownFolder);
    // A campaign runs on the CPU unless its configuration says otherwise.
    if (run.ok && run.output === 'available') return { ok: true, found: run.output };
    const found = run.ok ? run.output : `unknown: ${run.problem}`;
    return { ok: true, found, hint: 'Only `device: cuda` needs it: an NVIDIA GPU, its driver and a LibTorch with CUDA.' };
  },
};

/** The form that a small network trains fastest in here; a campaign measures its own network once. */
export const precisionCheck: Check = {
  name: 'precision',
  async look() {
    const script = `
      const { measureForms } = await import('@geoscribe/torch-native');
      const { describeForms } = await import('@geoscribe/model');
      const stage = (features, stride) => ({ features, kernel: [3, 3, 3], stride: [stride, stride, stride], encoderBlocks: 2, decoderBlocks: 2 });
      const spec = { inputChannels: 1, classes: 2, stages: [stage(16, 1), stage(32, 2), stage(64, 2)] };
      process.stdout.write(describeForms(await measureForms({ spec, patch: [40, 56, 40], batch: 2 })));`;
    const run = await runInNode(script, ownFolder);
    if (run.ok) return { ok: true, found: run.output };
    return { ok: false, found: `cannot be measured: ${run.problem}`, hint: setUp };
  },
};

export const onnxRuntimeCheck: Check = {
  name: 'onnxruntime',
  async look() {
    const engine = packageFolder('@geoscribe/model');
    const folder = engine === null ? null : packageFolder('onnxruntime-node', engine);
    if (engine === null || folder === null) return { ok: false, found: 'not installed', hint: setUp };
    const run = await runInNode(`await import('onnxruntime-node');`, engine);
    const { version } = readManifest(folder);
    if (run.ok) return { ok: true, found: version };
    return { ok: false, found: `${version} does not load: ${run.problem}`, hint: setUp };
  },
};
