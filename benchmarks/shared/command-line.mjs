// What the benchmarks' command lines share.

/** An option that cannot be used: the usage is printed, exit code 2. */
export class UsageError extends Error {}

/** The command as it was given, for the tables. */
export function givenCommand(name) {
  const given = process.argv.slice(2);
  return [`npm run ${name}`, ...(given.length > 0 ? ['--', ...given] : [])].join(' ');
}

/**
 * @param {string} usage
 * @param {() => {help: boolean}} readOptions throws UsageError
 * @param {(options: object) => Promise<void>} main
 */
export async function runBenchmark(usage, readOptions, main) {
  try {
    const options = readOptions();
    if (options.help) process.stdout.write(usage);
    else await main(options);
  } catch (error) {
    process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${usage}` : `${error.stack}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
