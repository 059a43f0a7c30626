/** Every name that Temporal shows or routes by, in one place. */
export const taskQueues = {
  /** Workflows and light activities. */
  control: 'geoscribe-control',
  /** Import, propagation. */
  cpu: 'geoscribe-cpu',
  /** Training and prediction, one slot per accelerator. */
  train: 'geoscribe-train',
} as const;

export const workflowType = 'labelingCampaign';

export const signals = { scribblesComplete: 'scribblesComplete' } as const;
export const updates = {
  submitScribbles: 'submitScribbles',
  skipCase: 'skipCase',
  reopenCase: 'reopenCase',
} as const;
export const queries = {
  campaignStatus: 'campaignStatus',
  /** What the campaign was started with. */
  campaignInput: 'campaignInput',
  /** Artifacts of one case: what a client shows to a person. */
  caseArtifacts: 'caseArtifacts',
} as const;

export const searchAttributes = {
  stage: 'CampaignStage',
  iteration: 'Iteration',
  casesPending: 'CasesPending',
  dataset: 'Dataset',
} as const;

export function campaignWorkflowId(name: string): string {
  return `campaign-${name}`;
}
