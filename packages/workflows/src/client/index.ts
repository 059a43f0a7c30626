export { CampaignClient, type CampaignOverview, type RunningActivity } from './campaign-client.js';
export { connectClient, type TemporalTarget } from '../temporal-connection.js';
