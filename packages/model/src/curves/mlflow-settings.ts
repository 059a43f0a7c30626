import { GeoscribeError } from '@geoscribe/campaign';

/** Where MLflow is, and who asks. */
export interface MlflowSettings {
  /** Address of the tracking server without credentials, e.g. `http://127.0.0.1:5000`. */
  uri: string;
  experiment: string;
  /** Value of the `Authorization` header; never written anywhere. */
  authorization?: string;
}

/**
 * Settings from MLflow's own environment variables: `MLFLOW_TRACKING_URI`, `MLFLOW_EXPERIMENT_NAME`,
 * `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`. A user and password inside the
 * address count as well.
 *
 * @param given wins over the variables; `experiment` is `geoscribe` where nothing names one.
 * @returns null where there is no address.
 * Errors: `InvalidArgumentError` where the address is not one of HTTP; it does not repeat the address, which may hold a
 *   password.
 */
export function mlflowSettings(
  environment: Readonly<Record<string, string | undefined>>,
  given: { uri?: string; experiment?: string } = {},
): MlflowSettings | null {
  const address = given.uri ?? environment['MLFLOW_TRACKING_URI'];
  if (address === undefined || address === '') return null;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new GeoscribeError('InvalidArgumentError', 'Not the address of an MLflow server', {
      field: given.uri === undefined ? 'MLFLOW_TRACKING_URI' : 'mlflow',
      expected: 'an address such as http://127.0.0.1:5000',
      received: url === null ? 'no address' : `the protocol ${url.protocol}`,
      nextStep: 'Start `mlflow server` and give its address; folders and databases are reached through it.',
    });
  }
  const user = decodeURIComponent(url.username) || environment['MLFLOW_TRACKING_USERNAME'];
  const password = decodeURIComponent(url.password) || environment['MLFLOW_TRACKING_PASSWORD'];
  const token = environment['MLFLOW_TRACKING_TOKEN'];
  url.username = '';
  url.password = '';
  return {
    uri: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    experiment: given.experiment ?? environment['MLFLOW_EXPERIMENT_NAME'] ?? 'geoscribe',
    ...(user ? { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` } : token ? { authorization: `Bearer ${token}` } : {}),
  };
}
