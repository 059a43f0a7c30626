import { Command, CommanderError } from 'commander';
import type { CommandContext, RunCommand } from './commands/command-context.js';
import { registerCampaign } from './commands/campaign.js';
import { registerCases } from './commands/cases.js';
import { registerDemo } from './commands/demo.js';
import { registerDoctor } from './commands/doctor.js';
import { registerEvaluate } from './commands/evaluate.js';
import { registerExport } from './commands/export.js';
import { registerPlan } from './commands/plan.js';
import { registerPredict } from './commands/predict.js';
import { registerReport } from './commands/report.js';
import { registerScribbles } from './commands/scribbles.js';
import { registerStatus } from './commands/status.js';
import { registerStore } from './commands/store.js';
import { registerTrain } from './commands/train.js';
import { registerUp } from './commands/up.js';
import { resolveHome } from './home/resolve-home.js';
import { exitCodeFor, exitCodes } from './output/exit-codes.js';
import { formatError } from './output/format-error.js';
import { progressPrinter, type ProgressStream } from './output/progress-printer.js';
import { speaksUtf8 } from './output/speaks-utf8.js';
import { engineVersion } from './runtime/engine-version.js';

/** The process as a program sees it. */
export interface ProgramHost {
  stdout: { write(text: string): unknown };
  stderr: ProgressStream;
  environment: NodeJS.ProcessEnv;
  /** Working directory. */
  directory: string;
  /** Aborts when the program is asked to stop. */
  signal: AbortSignal;
}

/**
 * Runs the command line.
 *
 * @param parameters after the program's name.
 * @returns the exit code. Never rejects: an error is printed on stderr.
 */
export async function runProgram(parameters: readonly string[], host: ProgramHost): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const run: RunCommand = <Parameters extends unknown[]>(command: CommandOf<Parameters>) => {
    return async (...received) => {
      const { home, json } = (received.at(-1) as Command).optsWithGlobals<GlobalOptions>();
      exitCode = await command(commandContext(host, home, json === true), ...(received.slice(0, -1) as Parameters));
    };
  };
  try {
    await createProgram(host, run).parseAsync(parameters, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (host.signal.aborted && error instanceof Error && error.name === 'AbortError') {
      host.stderr.write('geoscribe: stopped\n');
      return exitCodes.failure;
    }
    host.stderr.write(`${formatError(error)}\n`);
    return exitCodeFor(error);
  }
}

type CommandOf<Parameters extends unknown[]> = (context: CommandContext, ...parameters: Parameters) => Promise<number>;

/** In the order of the help: what a campaign goes through. */
const commands = [
  registerDemo,
  registerUp,
  registerCampaign,
  registerStatus,
  registerCases,
  registerScribbles,
  registerReport,
  registerPlan,
  registerTrain,
  registerPredict,
  registerEvaluate,
  registerExport,
  registerStore,
  registerDoctor,
];

interface GlobalOptions {
  home?: string;
  json?: boolean;
}

function createProgram(host: ProgramHost, run: RunCommand): Command {
  const program = new Command('geoscribe')
    .description('Train a medical segmentation network from a few full annotations and some scribbles.')
    .version(engineVersion)
    .option('--home <folder>', 'where campaigns live (default: GEOSCRIBE_HOME, else .geoscribe)')
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(geoscribe --help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'geoscribe: error [Usage] ')),
    });
  for (const register of commands) register(program, run);
  return program;
}

function commandContext(host: ProgramHost, home: string | undefined, json: boolean): CommandContext {
  return {
    home: resolveHome({ option: home, variable: host.environment.GEOSCRIBE_HOME, directory: host.directory }),
    environment: host.environment,
    signal: host.signal,
    progress: progressPrinter(host.stderr, { unicode: speaksUtf8(host.environment, process.platform), now: Date.now }),
    warn: (line) => void host.stderr.write(`${line}\n`),
    print(value, text) {
      host.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text);
    },
  };
}
