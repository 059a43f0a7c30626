import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const environment = fileURLToPath(new URL('../../../../.toolchain/readers', import.meta.url));
const python = process.platform === 'win32' ? `${environment}/Scripts/python.exe` : `${environment}/bin/python`;

/**
 * Python of the environment that `npm test` installs for tests that read our files with public tools.
 *
 * @param module that the test imports, e.g. `onnx`
 * @returns null, with the reason printed, where it is absent: the test is to be skipped
 */
export function readersPython(module: 'onnx' | 'tensorboard'): string | null {
  if (existsSync(python)) {
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
      return python;
    } catch {
      // Installation failed for this module.
    }
  }
  console.warn(`skipped: no Python module ${module}; \`node tools/python-environment.mjs readers\` installs it`);
  return null;
}
