export { CampaignClient, type CampaignOverview, type RunningActivity } from './campaign-client.js';
export { campaignInput, type CampaignInputSource } from './campaign-input.js';
export { exportCase } from './export-case.js';
export { ReviewDesk, type ReviewDeskOptions, type ScribbleValues } from './review-desk.js';
export { simulateScribbles, type SimulatedReview } from './simulate-scribbles.js';
export { findTemporalCli, temporalCliVersion, type TemporalCli } from '../temporal-cli.js';
export { connectClient, type TemporalTarget } from '../temporal-connection.js';
