import { GeoscribeError, type CaseArtifacts, type CaseRole, type ImportedCase } from '@geoscribe/campaign';
import { exportNnunet, type ExportedNnunet, type ExportNnunetOptions } from '@geoscribe/model';
import type { CampaignDesk } from '../runtime/campaign-desk.js';

/** How much of an nnU-Net data set a caller decides. */
type Choices = Pick<ExportNnunetOptions, 'raw' | 'datasetId' | 'ignoreBelow' | 'overwrite'>;

/**
 * Writes a finished campaign as an nnU-Net raw data set: full and validation cases with their labels and scribbled cases
 * with the last iteration's pseudo labels for training, test cases beside them.
 *
 * @throws GeoscribeError `InvalidArgumentError` where the campaign has not ended; as `exportNnunet`.
 */
export async function exportCampaign(
  { client, store }: CampaignDesk,
  campaign: string,
  options: Choices & { signal: AbortSignal; onCase: (done: number, total: number) => void },
): Promise<ExportedNnunet> {
  const { signal, onCase, ...choices } = options;
  const { execution, status } = await client.overview(campaign);
  if (execution !== 'COMPLETED') {
    throw new GeoscribeError('InvalidArgumentError', `Campaign ${campaign} has not ended`, {
      field: 'campaign',
      expected: 'a campaign at stage done',
      received: `one that is ${execution.toLowerCase()} at stage ${status.stage}`,
      nextStep: `Look at it with \`geoscribe status ${campaign}\`.`,
    });
  }
  const { settings } = await client.input(campaign);
  const cases: CaseArtifacts[] = [];
  for (const { id } of status.cases) cases.push(await client.caseArtifacts(campaign, id));
  const imported = (...roles: CaseRole[]): ImportedCase[] => cases.flatMap(({ record }) => (roles.includes(record.role) ? (record.imported ?? []) : []));
  return exportNnunet(
    {
      ...choices,
      campaign,
      dataset: settings.dataset,
      full: imported('full', 'validation'),
      pseudoLabelled: cases.flatMap(({ record, pseudoLabel }) => {
        if (record.imported === undefined || pseudoLabel === undefined) return [];
        const seeds = 'submission' in record.review ? record.review.submission.seeds : undefined;
        return [{ imported: record.imported, pseudo: pseudoLabel, ...(seeds !== undefined && { seeds }) }];
      }),
      test: imported('test'),
    },
    { store, signal, onCase },
  );
}
