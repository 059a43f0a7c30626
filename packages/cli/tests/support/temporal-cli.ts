import { findTemporalCli } from '@geoscribe/workflows/client';

/** Why tests with a real server cannot run here, or null. The reason is printed: a skipped test must be seen. */
export function reasonToSkipServer(): string | null {
  try {
    findTemporalCli();
    return null;
  } catch (error) {
    const reason = `skipped, no Temporal server: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`${reason}\n`);
    return reason;
  }
}

/** Waits for a condition; the test's own timeout is the limit. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
