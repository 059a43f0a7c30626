import { casesOf, type CampaignState } from '@geoscribe/campaign';
import { runActivity } from '../activity-proxies.js';
import { forEachCase } from '../case-fan-out.js';
import { enterStage } from '../visibility.js';

const importsAtOnce = 4;

/** Reads and checks every case's files and puts them into the store; a case that cannot be read is set aside. */
export async function importCases(state: CampaignState): Promise<void> {
  enterStage(state, 'preparing');
  const { name, dataset, trustImageGeometry } = state.input;
  const roles = ['full', 'scribbled', 'validation', 'test'] as const;
  const cases = roles.flatMap((role) => casesOf(state, role));
  await forEachCase(state, cases, 'importCase', importsAtOnce, async (record) => {
    const needsLabel = record.role !== 'scribbled';
    const input = { campaign: name, dataset, caseId: record.id, trustImageGeometry, needsLabel };
    record.imported = await runActivity(state, 'importCase', input, `import ${record.id}`);
    return record.imported;
  });
}
