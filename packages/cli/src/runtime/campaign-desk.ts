import { userInfo } from 'node:os';
import { FolderStore, SubmissionFolder } from '@geoscribe/core-io/node';
import { CampaignClient, connectClient, ReviewDesk } from '@geoscribe/workflows/client';
import type { CampaignHome } from '../home/campaign-home.js';
import { locateTemporal } from '../server/ensure-temporal.js';
import { addSearchAttributes } from '../server/prepare-namespace.js';

/** Everything a command needs to speak with the campaigns of a home. */
export interface CampaignDesk {
  client: CampaignClient;
  store: FolderStore;
  submissions: SubmissionFolder;
  /** Whether campaigns of this namespace may carry our search attributes; adds them where it can. */
  searchAttributes(): Promise<boolean>;
  review(campaign: string, author?: string): ReviewDesk;
}

/** Connects, runs the body and closes the connection. @throws GeoscribeError `TemporalUnreachableError`. */
export async function withCampaignDesk<T>(home: CampaignHome, body: (desk: CampaignDesk) => Promise<T>): Promise<T> {
  const desk = await openCampaignDesk(home, await locateTemporal(home));
  try {
    return await body(desk);
  } finally {
    await desk.client.close();
  }
}

export async function openCampaignDesk(home: CampaignHome, target: { address: string; namespace: string }): Promise<CampaignDesk> {
  const { connection, namespace } = await connectClient(target);
  const client = new CampaignClient(connection, namespace);
  const store = new FolderStore(home.store);
  const submissions = new SubmissionFolder(home.submissions);
  const review = (campaign: string, author = userInfo().username): ReviewDesk =>
    new ReviewDesk({ campaign, client, store, submissions, author, now: () => new Date() });
  const searchAttributes = async (): Promise<boolean> => (await addSearchAttributes(connection, namespace)) === null;
  return { client, store, submissions, searchAttributes, review };
}
