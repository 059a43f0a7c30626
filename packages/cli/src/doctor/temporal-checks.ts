import { GeoscribeError } from '@geoscribe/campaign';
import { connectClient } from '@geoscribe/workflows/client';
import type { CampaignHome } from '../home/campaign-home.js';
import { locateTemporal } from '../server/ensure-temporal.js';
import { findTemporalCli, temporalCliVersion } from '@geoscribe/workflows/client';
import { compareSearchAttributes, searchAttributeCommand } from '../server/prepare-namespace.js';
import type { Check, CheckResult } from './check.js';

export const temporalCliCheck: Check = {
  name: 'Temporal CLI',
  async look() {
    try {
      const { path, source } = findTemporalCli();
      return { ok: true, found: `${await temporalCliVersion(path)} (${source}: ${path})` };
    } catch (error) {
      if (!(error instanceof GeoscribeError)) throw error;
      const hint = error.detail.nextStep;
      return { ok: false, found: error.detail.received ?? 'none', ...(hint === undefined ? {} : { hint }) };
    }
  },
};

/** Whether a server answers. Ours need not run; one that was configured has to. */
export function temporalServerCheck(home: CampaignHome): Check {
  return {
    name: 'Temporal server',
    async look() {
      const server = await locateTemporal(home).catch(unlessUnreachable);
      if (server === null) return { ok: true, found: 'not running', hint: '`geoscribe up` starts one.' };
      const look = await lookAtServer(server).catch(unlessUnreachable);
      if (look !== null) return look;
      return { ok: false, found: `none at ${server.address}`, hint: 'Start it, or unset TEMPORAL_ADDRESS and the profile that names it.' };
    },
  };
}

function unlessUnreachable(error: unknown): null {
  if (error instanceof GeoscribeError && error.code === 'TemporalUnreachableError') return null;
  throw error;
}

async function lookAtServer(server: { address: string; namespace: string }): Promise<Omit<CheckResult, 'name'>> {
  const { connection } = await connectClient(server);
  try {
    const found = `${server.address}, namespace ${server.namespace}`;
    const { missing, conflicting } = await compareSearchAttributes(connection, server.namespace);
    if (conflicting.length > 0) {
      return { ok: true, found: `${found}, another type is in use for ${conflicting.join(', ')}`, hint: 'Campaigns run without them.' };
    }
    if (missing.length === 0) return { ok: true, found };
    const hint = `Campaigns run without them; an administrator adds them with \`${searchAttributeCommand(missing, server.namespace)}\`.`;
    return { ok: true, found: `${found}, lacks search attributes`, hint };
  } finally {
    await connection.close();
  }
}
