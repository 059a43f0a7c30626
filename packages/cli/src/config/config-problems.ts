import type { z } from 'zod';
import { suggestFields } from './known-fields.js';
import type { FieldPath } from './yaml-source.js';

/** One thing that is wrong with a configuration, in words. */
export interface ConfigProblem {
  summary: 'Unknown field' | 'Missing field' | 'Wrong value';
  path: FieldPath;
  expected?: string;
  received?: string;
  nextStep?: string;
}

type Issue = z.core.$ZodIssue;

/**
 * Turns the issues of a schema into problems that name the field, what it expects and what it got.
 *
 * @param value what was validated.
 * @param known dotted paths of all fields, for suggestions.
 */
export function describeIssues(issues: readonly Issue[], value: unknown, known: readonly string[]): ConfigProblem[] {
  return issues.flatMap((issue) => describeIssue(issue, [], value, known));
}

/** `cases.full[1]` */
export function fieldName(path: FieldPath): string {
  return path.map((part, k) => (typeof part === 'number' ? `[${part}]` : k === 0 ? part : `.${part}`)).join('');
}

function describeIssue(issue: Issue, parent: FieldPath, value: unknown, known: readonly string[]): ConfigProblem[] {
  const path = [...parent, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField([...path, key], known));
  }
  if (issue.code === 'invalid_union') {
    const closest = issue.errors.find((branch) => branch.length > 0 && branch.every((inner) => belongsInside(inner)));
    if (closest !== undefined) return closest.flatMap((inner) => describeIssue(inner, path, value, known));
  }
  const received = valueAt(value, path);
  const expected = expectation(issue);
  if (received === undefined) return [{ summary: 'Missing field', path, expected, received: 'nothing' }];
  return [{ summary: 'Wrong value', path, expected, received: inWords(received) }];
}

function unknownField(path: FieldPath, known: readonly string[]): ConfigProblem {
  const suggestions = suggestFields(fieldName(path), known).map((field) => `\`${field}\``);
  if (suggestions.length === 0) return { summary: 'Unknown field', path, nextStep: 'Remove it.' };
  return { summary: 'Unknown field', path, nextStep: `Did you mean ${suggestions.join(' or ')}?` };
}

/** True where the value is of the branch's type and something in it is wrong. */
function belongsInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'too_small' || issue.code === 'too_big';
}

const typesInWords: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'fields',
  array: 'a list',
};

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typesInWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'too_small':
      return issue.origin === 'number'
        ? `a number ${issue.inclusive ? 'of at least' : 'greater than'} ${issue.minimum}`
        : `at least ${issue.minimum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
    case 'too_big':
      return issue.origin === 'number'
        ? `a number ${issue.inclusive ? 'of at most' : 'less than'} ${issue.maximum}`
        : `at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap((branch) => branch.map(expectation)))].join(' or ');
    default:
      return issue.message.replace(/^expected /, '');
  }
}

function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | null | undefined)?.[part], value);
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'fields';
  return value === null ? 'nothing' : JSON.stringify(value);
}
