import { runProgram } from '../../src/program.js';

interface Surroundings {
  directory: string;
  /** Default none. */
  environment?: Record<string, string>;
  signal?: AbortSignal;
}

/** Runs `geoscribe` in this process. */
export async function runCommand(
  { directory, environment = {}, signal = new AbortController().signal }: Surroundings,
  ...parameters: string[]
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runProgram(parameters, {
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    environment,
    directory,
    signal,
  });
  return { code, out, err };
}
