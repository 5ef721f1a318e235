import { randomUUID } from 'node:crypto';
import { ServiceError } from './http';
import type { World } from './world';

export interface SecretVersion {
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly enabled: boolean;
  /** Seconds since 1970. */
  readonly created: number;
}

export interface StoredSecret {
  readonly name: string;
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
  /** When it was deleted, in seconds since 1970; it can be recovered until its vault forgets it. */
  readonly deletedAt?: number;
}

/** Secrets of all vaults, deleted ones included. Values leave it through the data plane only. */
export class VaultStore {
  constructor(private readonly world: World) {}

  private get secrets(): Map<string, StoredSecret> {
    return this.world.collection<StoredSecret>('secrets');
  }

  get(vault: string, name: string): StoredSecret | undefined {
    const found = this.secrets.get(keyOf(vault, name));
    return found?.deletedAt === undefined ? found : undefined;
  }

  deleted(vault: string, name: string): StoredSecret | undefined {
    const found = this.secrets.get(keyOf(vault, name));
    return found?.deletedAt === undefined ? undefined : found;
  }

  list(vault: string, deleted: boolean): readonly StoredSecret[] {
    return [...this.secrets]
      .filter(
        ([key, { deletedAt }]) => key.startsWith(`${vault.toLowerCase()}/`) && (deletedAt !== undefined) === deleted,
      )
      .map(([, secret]) => secret);
  }

  /**
   * A new version.
   * @throws ServiceError 409 where a deleted secret of this name holds it
   */
  set(vault: string, name: string, value: string, contentType?: string): SecretVersion {
    if (!/^[A-Za-z0-9-]{1,127}$/.test(name)) {
      throw new ServiceError(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
    }
    if (this.deleted(vault, name) !== undefined) {
      throw new ServiceError(
        409,
        'Conflict',
        `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
      );
    }
    const version: SecretVersion = {
      version: randomUUID().replaceAll('-', ''),
      value,
      enabled: true,
      created: Math.floor(this.world.clock.now() / 1000),
      ...(contentType === undefined ? {} : { contentType }),
    };
    this.secrets.set(keyOf(vault, name), { name, versions: [...(this.get(vault, name)?.versions ?? []), version] });
    return version;
  }

  /** Sets whether a version can be read. @returns the version, undefined when there is none */
  enable(vault: string, name: string, version: string, enabled: boolean): SecretVersion | undefined {
    const secret = this.get(vault, name);
    const found = secret?.versions.find((each) => each.version === version);
    if (secret === undefined || found === undefined) return undefined;
    const changed = { ...found, enabled };
    const versions = secret.versions.map((each) => (each === found ? changed : each));
    this.secrets.set(keyOf(vault, name), { ...secret, versions });
    return changed;
  }

  delete(vault: string, name: string): StoredSecret | undefined {
    const found = this.get(vault, name);
    if (found === undefined) return undefined;
    const deleted = { ...found, deletedAt: Math.floor(this.world.clock.now() / 1000) };
    this.secrets.set(keyOf(vault, name), deleted);
    return deleted;
  }

  recover(vault: string, name: string): StoredSecret | undefined {
    const found = this.deleted(vault, name);
    if (found === undefined) return undefined;
    const { name: kept, versions } = found;
    this.secrets.set(keyOf(vault, name), { name: kept, versions });
    return this.get(vault, name);
  }

  purge(vault: string, name: string): boolean {
    return this.deleted(vault, name) !== undefined && this.secrets.delete(keyOf(vault, name));
  }

  /** Everything of a vault that is purged. */
  purgeAll(vault: string): void {
    for (const key of this.secrets.keys()) if (key.startsWith(`${vault.toLowerCase()}/`)) this.secrets.delete(key);
  }
}

function keyOf(vault: string, name: string): string {
  return `${vault}/${name}`.toLowerCase();
}
