import { resolve } from 'node:path';
import { CampaignHome } from './campaign-home.js';

export interface HomeSource {
  /** The option `--home`. */
  option?: string | undefined;
  /** The variable `GEOSCRIBE_HOME`. */
  variable?: string | undefined;
  /** Working directory. */
  directory: string;
}

/** The home to work in: the option, else the variable, else `.geoscribe` in the working directory. */
export function resolveHome({ option, variable, directory }: HomeSource): CampaignHome {
  const chosen = [option, variable].find((candidate) => candidate !== undefined && candidate !== '');
  return new CampaignHome(resolve(directory, chosen ?? '.geoscribe'));
}
