/** What one look at the machine found. */
export interface CheckResult {
  name: string;
  /** False where something is missing that every campaign needs. */
  ok: boolean;
  found: string;
  /** How to get what is missing. */
  hint?: string;
}

export interface Check {
  name: string;
  look(): Promise<Omit<CheckResult, 'name'>>;
}

/** Runs the checks side by side. Never rejects: a check that fails is a result. */
export function runChecks(checks: readonly Check[]): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async ({ name, look }) => {
      try {
        return { name, ...(await look()) };
      } catch (error) {
        return { name, ok: false, found: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}
