import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Python with `onnx` and `tensorboard`, which the set-up of the tests fetches; null, with a printed reason, where it is absent. */
export function readersPython(): string | null {
  const path = fileURLToPath(new URL('../../../../.toolchain/readers/bin/python', import.meta.url));
  if (existsSync(path)) return path;
  console.warn('skipped: Python with onnx not found in .toolchain/readers');
  return null;
}
