import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { campaignConfigSchema, GeoscribeError, type CampaignConfig } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';
import { describeIssues, fieldName, type ConfigProblem } from './config-problems.js';
import { knownFields } from './known-fields.js';
import { parseYamlSource } from './yaml-source.js';

export interface LoadedCampaignConfig {
  config: CampaignConfig;
  /** Absolute folder of the file: the configuration's relative paths start there. */
  directory: string;
}

/**
 * Reads a campaign's YAML 1.2 file, with defaults filled in.
 *
 * @param path of the file, as the user gave it: errors name it so.
 * @throws GeoscribeError `InvalidConfigError` where the file cannot be read, is not YAML, or has unknown, missing or
 * wrong fields; names field and line of every one.
 */
export async function loadCampaignConfig(path: string): Promise<LoadedCampaignConfig> {
  return { config: parseCampaignConfig(await readText(path), path), directory: dirname(resolve(path)) };
}

/** The same for a text. `file` is its name in errors. */
export function parseCampaignConfig(text: string, file: string): CampaignConfig {
  const source = parseYamlSource(text);
  const [syntax] = source.problems;
  if (syntax !== undefined) {
    throw new GeoscribeError('InvalidConfigError', `Configuration is not YAML: ${syntax.message}`, {
      file,
      at: `line ${syntax.line}`,
    });
  }
  const parsed = campaignConfigSchema.safeParse(source.value);
  if (parsed.success) return parsed.data;
  const problems = describeIssues(parsed.error.issues, source.value, knownFields(campaignConfigSchema))
    .map((problem) => ({ ...problem, line: source.lineOf(problem.path) }))
    .sort((a, b) => a.line - b.line);
  throw configError(problems, file);
}

function configError(problems: readonly LocatedProblem[], file: string): GeoscribeError {
  const [only] = problems;
  if (only !== undefined && problems.length === 1) {
    const { summary, path, line, ...detail } = only;
    return new GeoscribeError('InvalidConfigError', summary, { file, ...named(path), at: `line ${line}`, ...detail });
  }
  return new GeoscribeError('InvalidConfigError', 'Configuration is not valid', {
    file,
    expected: 'known fields with values in their range',
    received: `${problems.length} problems:${problems.map((problem) => `\n  ${sentence(problem)}`).join('')}`,
  });
}

type LocatedProblem = ConfigProblem & { line: number };

function named(path: LocatedProblem['path']): { field?: string } {
  return path.length === 0 ? {} : { field: fieldName(path) };
}

function sentence({ line, path, summary, expected, received, nextStep }: LocatedProblem): string {
  const place = path.length === 0 ? `line ${line}` : `line ${line}, ${fieldName(path)}`;
  const expectation = expected === undefined ? '' : `: expected ${expected} but received ${received}`;
  return `${place}: ${summary.toLowerCase()}${expectation}${nextStep === undefined ? '' : ` (${nextStep})`}`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GeoscribeError(
      'InvalidConfigError',
      code === 'ENOENT' ? 'Configuration does not exist' : `Configuration cannot be read (${faultInWords(cause)})`,
      { file: path, nextStep: 'Give the path of a campaign.yaml.' },
      { cause },
    );
  }
}
