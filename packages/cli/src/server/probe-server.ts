import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

/** Time for one try to connect, ms. */
const tryTimeout = 2_000;
const pause = 100;

/** Else a try inherits the growing pauses of the failed tries before it. */
const ownSubchannels = { 'grpc.use_local_subchannel_pool': 1 };

/** True where a server answers for the namespace within two seconds. */
export async function isServerReady(address: string, namespace: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: tryTimeout, channelArgs: ownSubchannels });
    const { workflowService } = connection;
    await connection.withDeadline(Date.now() + tryTimeout, () => workflowService.describeNamespace({ namespace }));
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

/**
 * Waits until a condition holds.
 *
 * @param options.timeout ms.
 * @returns false where the time ran out or the signal aborted.
 */
export async function waitUntil(
  condition: () => Promise<boolean> | boolean,
  { timeout, signal }: { timeout: number; signal?: AbortSignal },
): Promise<boolean> {
  const deadline = performance.now() + timeout;
  while (signal?.aborted !== true) {
    if (await condition()) return true;
    if (performance.now() > deadline) return false;
    await wait(pause);
  }
  return false;
}
