import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { isProcessAlive } from '@geoscribe/core-io/node';
import type { CampaignHome } from '../home/campaign-home.js';

const serverRecordSchema = z.object({
  port: z.number().int(),
  uiPort: z.number().int(),
  cliVersion: z.string(),
  /** The server's process; null after it was stopped. */
  process: z.object({ host: z.string(), pid: z.number(), started: z.string().nullable() }).nullable(),
});

/** `temporal/server.json`: the server that runs, or the ports of the last one. */
export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** The record of a home, or null where there is none that can be read. */
export async function readServerRecord(home: CampaignHome): Promise<ServerRecord | null> {
  try {
    return serverRecordSchema.parse(JSON.parse(await readFile(home.temporalServer, 'utf8')));
  } catch {
    return null;
  }
}

export async function writeServerRecord(home: CampaignHome, record: ServerRecord): Promise<void> {
  const partial = `${home.temporalServer}.partial`;
  await writeFile(partial, `${JSON.stringify(record, null, 2)}\n`);
  await rename(partial, home.temporalServer);
}

/** True where the recorded process still runs on this machine. */
export function isServerRunning(record: ServerRecord | null): boolean {
  return record?.process != null && isProcessAlive(record.process) === true;
}
