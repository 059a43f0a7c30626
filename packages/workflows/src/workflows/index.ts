export { labelingCampaign } from './labeling-campaign.js';
