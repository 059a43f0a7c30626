export const temporalFolder: string;
export function findTemporalCli(): { path: string; source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'set-up' } | null;
