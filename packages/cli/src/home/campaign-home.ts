import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';

/**
 * Where a home keeps what. Only gives paths: nothing is created until `ensureFolder` is asked for it.
 *
 *     store/                                   artifacts, by content
 *     submissions/<campaign>/<case>/<id>/      people's work
 *     campaigns/<name>/campaign.yaml, settings.json
 *     temporal/temporal.db, version, server.json
 *     logs/
 */
export class CampaignHome {
  /** Absolute. */
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  get store(): string {
    return join(this.root, 'store');
  }

  get submissions(): string {
    return join(this.root, 'submissions');
  }

  get campaigns(): string {
    return join(this.root, 'campaigns');
  }

  /** @throws GeoscribeError `InvalidArgumentError` where the name is not one plain folder name. */
  campaignFolder(name: string): string {
    return join(this.campaigns, plainName(name, 'campaign'));
  }

  campaignConfig(name: string): string {
    return join(this.campaignFolder(name), 'campaign.yaml');
  }

  campaignSettings(name: string): string {
    return join(this.campaignFolder(name), 'settings.json');
  }

  get temporal(): string {
    return join(this.root, 'temporal');
  }

  get temporalDatabase(): string {
    return join(this.temporal, 'temporal.db');
  }

  /** Version of the Temporal CLI that the database belongs to. */
  get temporalVersion(): string {
    return join(this.temporal, 'version');
  }

  /** Address and process of the server that runs, or ran last. */
  get temporalServer(): string {
    return join(this.temporal, 'server.json');
  }

  get logs(): string {
    return join(this.root, 'logs');
  }

  /** @throws GeoscribeError `InvalidArgumentError` where the name is not one plain file name. */
  log(name: string): string {
    return join(this.logs, `${plainName(name, 'log')}.log`);
  }

  /** The lock that `geoscribe up` holds while it runs. */
  get lock(): string {
    return join(this.root, 'up.lock');
  }

  /** Creates a folder of the home with its parents, and returns it. */
  async ensureFolder(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true });
    return folder;
  }
}

/** A name that stays inside its folder on every platform. */
function plainName(name: string, field: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return name;
  throw new GeoscribeError('InvalidArgumentError', 'Not a name for a file', {
    field,
    expected: 'letters, digits, dots, hyphens and underscores',
    received: JSON.stringify(name),
  });
}
