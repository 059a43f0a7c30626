import type { CampaignHome } from '../home/campaign-home.js';
import type { ProgressPrinter } from '../output/progress-printer.js';

/** What a command works with. */
export interface CommandContext {
  home: CampaignHome;
  environment: NodeJS.ProcessEnv;
  /** Aborts when the user or the system asks the command to stop. */
  signal: AbortSignal;
  progress: ProgressPrinter;
  /** Prints a line on stderr: what went wrong without ending the command. */
  warn(line: string): void;
  /** Prints the result on stdout: the value as JSON with `--json`, else the text, which ends with a line feed. */
  print(value: unknown, text: string): void;
}

/**
 * Makes commander's action of a command. The command gets its arguments and then its options, and returns the program's
 * exit code.
 */
export type RunCommand = <Parameters extends unknown[]>(
  command: (context: CommandContext, ...parameters: Parameters) => Promise<number>,
) => (...received: unknown[]) => Promise<void>;
