import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  generateAccountSASQueryParameters,
  newPipeline,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { directConnections } from '../../lake/kept-connections';
import { ServiceError } from '../http';
import type { BlobBackend } from '../resource-manager/resource-type';
import type { World } from '../world';
import type { Azurite, Slot } from './azurite';

const never = new Date('2100-01-01T00:00:00Z');

/** The accounts of a local Azure on the slots of the emulator. */
export class BlobEmulator implements BlobBackend {
  private readonly clients = new Map<string, BlobServiceClient>();
  private readonly places = new Map<string, { readonly base: string; readonly signature: string }>();

  constructor(
    private readonly world: World,
    private readonly azurite: Azurite,
  ) {}

  /** The keys, for a later start with the same folder. */
  get keys(): readonly string[] {
    return this.azurite.slots.map(({ key }) => key);
  }

  /** Where an account's blobs are, with the signature that the emulator asks for. */
  locate(account: string): { readonly base: string; readonly signature: string } {
    const known = this.places.get(account);
    if (known !== undefined) return known;
    const slot = this.slotOf(account);
    const credential = new StorageSharedKeyCredential(slot.name, slot.key);
    const signature = generateAccountSASQueryParameters(
      {
        expiresOn: never,
        permissions: AccountSASPermissions.parse('rwdxylacuptfi'),
        services: AccountSASServices.parse('b').toString(),
        resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      },
      credential,
    ).toString();
    const place = { base: `${this.azurite.endpoint}/${slot.name}`, signature };
    this.places.set(account, place);
    return place;
  }

  /** A client that asks nobody: for the stand-in's own work. */
  client(account: string): BlobServiceClient {
    const known = this.clients.get(account);
    if (known !== undefined) return known;
    const slot = this.slotOf(account);
    const credential = new StorageSharedKeyCredential(slot.name, slot.key);
    const pipeline = newPipeline(credential, {
      // The emulator closes idle connections; the client would take such a one up, and wait for seconds before it asks again.
      keepAliveOptions: { enable: false },
    });
    pipeline.factories.push(directConnections);
    const client = new BlobServiceClient(`${this.azurite.endpoint}/${slot.name}`, pipeline);
    this.clients.set(account, client);
    return client;
  }

  async createContainer(account: string, container: string): Promise<void> {
    await this.client(account).getContainerClient(container).createIfNotExists();
  }

  async deleteContainer(account: string, container: string): Promise<void> {
    await this.client(account).getContainerClient(container).deleteIfExists();
  }

  async deleteAccount(account: string): Promise<void> {
    const service = this.client(account);
    for await (const { name } of service.listContainers()) await this.deleteContainer(account, name);
    this.assigned.delete(account);
    this.clients.delete(account);
    this.places.delete(account);
  }

  async write(account: string, container: string, path: string, bytes: Buffer): Promise<void> {
    const client = this.client(account).getContainerClient(container);
    for (const folder of foldersAbove(path)) await makeFolder(client, folder);
    await client.getBlockBlobClient(path).uploadData(bytes);
  }

  private get assigned(): Map<string, number> {
    return this.world.collection<number>('blobSlots');
  }

  private slotOf(account: string): Slot {
    const taken = new Set(this.assigned.values());
    const index = this.assigned.get(account) ?? this.azurite.slots.findIndex((_, each) => !taken.has(each));
    const slot = this.azurite.slots[index];
    if (slot === undefined) {
      throw new ServiceError(
        409,
        'MaxStorageAccountsCountPerSubscriptionExceeded',
        'There are no more storage accounts here.',
      );
    }
    this.assigned.set(account, index);
    return slot;
  }
}

/** `a`, `a/b` for `a/b/c`. */
export function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** How an account with hierarchical namespace shows a folder through the blob endpoint. */
export const folderMetadata = { hdi_isfolder: 'true' } as const;

async function makeFolder(client: ReturnType<BlobServiceClient['getContainerClient']>, folder: string): Promise<void> {
  await client
    .getBlockBlobClient(folder)
    .upload('', 0, { metadata: folderMetadata, conditions: { ifNoneMatch: '*' } })
    .catch((error: unknown) => {
      const { statusCode } = error as { statusCode?: number };
      if (statusCode !== 409 && statusCode !== 412) throw error;
    });
}
