import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { GeoscribeError } from '@geoscribe/campaign';

/** Where Temporal is. An explicit address comes before `TEMPORAL_ADDRESS` and the profile of `temporal.toml`. */
export interface TemporalTarget {
  address?: string;
  namespace?: string;
}

interface Resolved {
  namespace: string;
  connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
}

function resolve(target: TemporalTarget): Resolved {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    namespace: target.namespace ?? namespace ?? 'default',
    connection: target.address === undefined ? connectionOptions : { ...connectionOptions, address: target.address },
  };
}

/** Connection of a worker. @throws GeoscribeError as `connectClient`. */
export async function connectWorker(target: TemporalTarget): Promise<{ connection: NativeConnection; namespace: string }> {
  const { namespace, connection } = resolve(target);
  try {
    return { connection: await NativeConnection.connect(connection), namespace };
  } catch (error) {
    throw unreachable(connection.address, error);
  }
}

/** Connection of a client. @throws GeoscribeError `TemporalUnreachableError` within 8 s where no server answers. */
export async function connectClient(target: TemporalTarget): Promise<{ connection: Connection; namespace: string }> {
  const { namespace, connection } = resolve(target);
  try {
    return { connection: await Connection.connect({ ...connection, connectTimeout: '8s' }), namespace };
  } catch (error) {
    throw unreachable(connection.address, error);
  }
}

function unreachable(address: string | undefined, cause: unknown): GeoscribeError {
  return new GeoscribeError(
    'TemporalUnreachableError',
    'No Temporal server answers',
    {
      field: 'TEMPORAL_ADDRESS',
      expected: `a server at ${address ?? '127.0.0.1:7233'}`,
      received: 'no answer',
      nextStep: 'Start one with `geoscribe up`, or set TEMPORAL_ADDRESS.',
    },
    { cause },
  );
}
