import { isGrpcServiceError, type Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributes } from '@geoscribe/campaign';

const { IndexedValueType } = proto.temporal.api.enums.v1;
type ValueType = proto.temporal.api.enums.v1.IndexedValueType;

/** Our search attributes with their types, by the name that Temporal shows. */
export const searchAttributeTypes = {
  [searchAttributes.stage]: 'Keyword',
  [searchAttributes.iteration]: 'Int',
  [searchAttributes.casesPending]: 'Int',
  [searchAttributes.dataset]: 'Keyword',
} as const;

const valueTypes: Record<'Keyword' | 'Int', ValueType> = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
};

/**
 * Makes sure that a namespace knows our search attributes; adds those it lacks.
 *
 * @returns null, or why the campaigns of this namespace must do without them.
 * @throws ServiceError where the server stops answering: that is no refusal.
 */
export async function addSearchAttributes(connection: Connection, namespace: string): Promise<string | null> {
  try {
    const { missing, conflicting } = await compareSearchAttributes(connection, namespace);
    if (conflicting.length > 0) return `another type is in use for ${conflicting.join(', ')}`;
    if (missing.length === 0) return null;
    const wanted = missing.map((name) => [name, valueTypes[searchAttributeTypes[name]]] as const);
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(wanted) });
    return null;
  } catch (error) {
    if (!isGrpcServiceError(error) || noAnswer.includes(error.code)) throw error;
    return error.code === alreadyExists ? null : error.details;
  }
}

/** gRPC status codes: cancelled, deadline exceeded, unavailable. */
const noAnswer: readonly number[] = [1, 4, 14];
/** gRPC status code of adding what another process has added in the meantime. */
const alreadyExists = 6;

type AttributeName = keyof typeof searchAttributeTypes;

/** Which of our search attributes a namespace lacks, or has with another type. */
export async function compareSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<{ missing: AttributeName[]; conflicting: AttributeName[] }> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const names = Object.keys(searchAttributeTypes) as AttributeName[];
  return {
    missing: names.filter((name) => customAttributes[name] === undefined),
    conflicting: names.filter((name) => {
      const type = customAttributes[name];
      return type !== undefined && type !== valueTypes[searchAttributeTypes[name]];
    }),
  };
}

/** What an administrator of a cluster types to add attributes. */
export function searchAttributeCommand(names: readonly AttributeName[], namespace: string): string {
  const options = names.map((name) => `--name ${name} --type ${searchAttributeTypes[name]}`);
  return `temporal operator search-attribute create --namespace ${namespace} ${options.join(' ')}`;
}

/**
 * Ten years. The history of a campaign that has ended is the index of everything it computed; the dev server's 24 hours
 * would throw it away overnight.
 */
export const retentionSeconds = 3650 * 24 * 3600;

/** Raises how long a namespace keeps the history of ended workflows; a longer time stays. Only for a server of ours. */
export async function raiseRetention(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const current = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (current >= retentionSeconds) return;
  const workflowExecutionRetentionTtl = proto.google.protobuf.Duration.fromObject({ seconds: retentionSeconds });
  await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
}
