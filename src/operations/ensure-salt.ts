import { InsightsError } from '../contract/errors';
import { makeSecret } from '../contract/salt';
import type { EnsureSaltInput, EnsureSaltReport } from './contracts';
import { refusedStatus, type RestClient } from './rest-client';

/** How a salt is looked for and made; never read. */
export interface SaltVault {
  /** Whether there is a secret of this name. @throws InsightsError VAULT_MISSING */
  has(name: string): Promise<boolean>;
  /** `deleted`: the vault still holds a deleted secret of this name, and nothing was written. */
  create(name: string, value: string): Promise<'created' | 'deleted'>;
}

/** The same through the vault's data plane, which can also bring a deleted secret back. */
export interface SaltDataPlane extends SaltVault {
  recover(name: string): Promise<void>;
}

export interface EnsureSaltPorts {
  readonly resourceManager: SaltVault;
  readonly dataPlane: SaltDataPlane;
  readonly print: (line: string) => void;
  /** @default makeSecret */
  readonly makeSalt?: () => string;
}

/**
 * Makes the salt where there is none. One that is there is neither read nor changed; a deleted one is recovered, because a
 * new one would change every pseudonym. Goes through the resource manager, which needs no way into the vault (ORDER2);
 * where that is refused, through the data plane.
 * @throws InsightsError VAULT_MISSING, SALT_DELETED, and what both ways answer
 */
export async function ensureSalt(input: EnsureSaltInput, ports: EnsureSaltPorts): Promise<EnsureSaltReport> {
  try {
    return await ensureThrough(ports.resourceManager, input, ports);
  } catch (error) {
    if (![400, 403, 405].includes(refusedStatus(error) ?? 0)) throw error;
    ports.print('The resource manager refuses secrets here; trying the vault itself.');
    return ensureThrough(ports.dataPlane, input, ports);
  }
}

async function ensureThrough(
  vault: SaltVault,
  { secretName }: EnsureSaltInput,
  ports: EnsureSaltPorts,
): Promise<EnsureSaltReport> {
  if (await vault.has(secretName)) {
    ports.print(`The salt ${secretName} is there.`);
    return { created: false };
  }
  if ((await vault.create(secretName, (ports.makeSalt ?? makeSecret)())) === 'created') {
    ports.print(`The salt ${secretName} was created.`);
    return { created: true };
  }
  await ports.dataPlane.recover(secretName).catch((cause: unknown) => {
    throw new InsightsError('SALT_DELETED', `The salt ${secretName} is deleted, and could not be recovered.`, {
      cause,
    });
  });
  ports.print(`The salt ${secretName} was deleted; it has been recovered.`);
  return { created: false };
}

const vaultApiVersion = '2023-07-01';

/** Secrets of a vault as resources, which the resource manager creates but whose values it never returns. */
export class ResourceManagerSecrets implements SaltVault {
  constructor(
    private readonly client: RestClient,
    private readonly vaultId: string,
  ) {}

  async has(name: string): Promise<boolean> {
    const { status } = await this.client.send({ method: 'GET', url: this.secretUrl(name), accept: [200, 404] });
    if (status === 200) return true;
    // Both a missing secret and a missing vault are 404, in shapes that no document promises.
    const vault = await this.client.send({ method: 'GET', url: this.url(''), accept: [200, 404] });
    if (vault.status === 200) return false;
    throw new InsightsError('VAULT_MISSING', 'The vault is not there.', { place: { path: this.vaultId } });
  }

  async create(name: string, value: string): Promise<'created' | 'deleted'> {
    const { status } = await this.client.send({
      method: 'PUT',
      url: this.secretUrl(name),
      body: { properties: { value, contentType: 'text/plain' } },
      accept: [200, 201, 409],
    });
    return status === 409 ? 'deleted' : 'created';
  }

  private secretUrl(name: string): string {
    return this.url(`/secrets/${name}`);
  }

  private url(below: string): string {
    return `https://management.azure.com${this.vaultId}${below}?api-version=${vaultApiVersion}`;
  }
}
