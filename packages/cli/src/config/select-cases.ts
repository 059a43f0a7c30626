import { GeoscribeError, type CampaignConfig, type CaseRole } from '@geoscribe/campaign';
import { parseCasePattern, type CaseMatcher } from './case-pattern.js';
import { nearestNames } from './nearest-names.js';

const roles = ['full', 'scribbled', 'validation', 'test'] as const satisfies readonly CaseRole[];

/**
 * Gives every selected case its role.
 *
 * @param cases the configuration's selections: ids, globs (`liver_1?0`) or regular expressions (`/[49]$/`).
 * @param ids of the dataset's cases.
 * @returns ids by role, each in the order of `ids`; cases that no entry selects are left out.
 * @throws GeoscribeError `InvalidConfigError` naming entry and field where an entry matches nothing or is malformed, or
 * where one case would have two roles.
 */
export function selectCases(cases: CampaignConfig['cases'], ids: readonly string[]): Record<CaseRole, string[]> {
  const claims = new Map<string, { role: CaseRole; field: string; entry: string }>();
  for (const role of roles) {
    for (const { entry, field } of entriesOf(cases[role], role)) {
      const matched = ids.filter(matcherOf(entry, field));
      if (matched.length === 0) throw matchesNothing(entry, field, ids);
      for (const id of matched) {
        const earlier = claims.get(id);
        if (earlier !== undefined && earlier.role !== role) throw twoRoles(id, earlier, { field, entry });
        claims.set(id, { role, field, entry });
      }
    }
  }
  const idsOf = (role: CaseRole): string[] => ids.filter((id) => claims.get(id)?.role === role);
  return { full: idsOf('full'), scribbled: idsOf('scribbled'), validation: idsOf('validation'), test: idsOf('test') };
}

function entriesOf(selection: string | string[], role: CaseRole): { entry: string; field: string }[] {
  if (typeof selection === 'string') return [{ entry: selection, field: `cases.${role}` }];
  return selection.map((entry, k) => ({ entry, field: `cases.${role}[${k}]` }));
}

function matcherOf(entry: string, field: string): CaseMatcher {
  try {
    return parseCasePattern(entry);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GeoscribeError('InvalidConfigError', `Regular expression is malformed: ${reason}`, { field }, { cause });
  }
}

function matchesNothing(entry: string, field: string, ids: readonly string[]): GeoscribeError {
  const near = nearestNames(entry, ids);
  const nextStep =
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : `The dataset has ${ids.length} cases: ${shortList(ids)}.`;
  return new GeoscribeError('InvalidConfigError', `\`${entry}\` matches no case`, {
    field,
    expected: 'an id, a glob or a /regular expression/ that matches a case of the dataset',
    received: entry,
    nextStep,
  });
}

function twoRoles(id: string, first: { field: string; entry: string }, second: { field: string; entry: string }): GeoscribeError {
  return new GeoscribeError('InvalidConfigError', `Case ${id} has two roles`, {
    field: second.field,
    expected: 'each case in one role',
    received: `\`${first.entry}\` of ${first.field} and \`${second.entry}\` of ${second.field}`,
    nextStep: 'Narrow one of the two entries.',
  });
}

function shortList(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.slice(0, 5).join(', ') + (ids.length > 5 ? ', …' : '');
}
