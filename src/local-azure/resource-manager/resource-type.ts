import type { Access } from '../access/access';
import type { Json, LocalAnswer, LocalRequest } from '../http';
import type { NameLimit } from '../../contract/resource-names';
import type { Principal } from '../settings';
import type { Tokens } from '../tokens';
import type { World } from '../world';
import type { ResourcePath } from './resource-id';
import type { ResourceContent, ResourceStore } from './resource-store';

/** Containers of accounts, which the emulator behind the blob hosts keeps. */
export interface BlobBackend {
  createContainer(account: string, container: string): Promise<void>;
  deleteContainer(account: string, container: string): Promise<void>;
  /** Everything of an account that is deleted. */
  deleteAccount(account: string): Promise<void>;
  write(account: string, container: string, path: string, bytes: Buffer): Promise<void>;
}

/** What resource types work with. */
export interface Services {
  readonly world: World;
  readonly tokens: Tokens;
  readonly access: Access;
  readonly store: ResourceStore;
  readonly blobs: BlobBackend;
}

/** A writing of a resource. */
export interface Change {
  readonly services: Services;
  readonly path: ResourcePath & { readonly name: string };
  readonly principal: Principal;
  /** What was sent, over what was there in a PATCH. */
  readonly body: Json;
  readonly before: ResourceContent | undefined;
}

export interface ActionCall {
  readonly services: Services;
  readonly principal: Principal;
  /** The resource that the action is called on. */
  readonly resource: ResourceContent;
  readonly request: LocalRequest;
}

/** How one type of resources behaves. What it does not say, the resource manager does the same for all. */
export interface ResourceType {
  /** `Microsoft.Storage/storageAccounts/blobServices/containers`. */
  readonly type: string;
  readonly versions: readonly string[];
  /** @default any name */
  readonly name?: NameLimit;
  /** Whether the name is unique in the whole of Azure. @default false */
  readonly isGlobal?: boolean;
  /** Whether a location must be given. @default false */
  readonly needsLocation?: boolean;
  /** Status of a creation; of a change it is 200. @default 201 */
  readonly createdStatus?: 200 | 201 | 202;
  /** Whether creation and change answer with an operation to poll. @default false */
  readonly isLongRunning?: boolean;
  /** What it says while it is being created. @default Creating */
  readonly creatingState?: 'Creating' | 'Provisioning';
  /** Whether a part of it can be changed by PATCH. @default false: nobody documents one */
  readonly isPatchable?: boolean;
  /** Whether deletion answers with an operation to poll. @default false */
  readonly deletesSlowly?: boolean;
  /** Whether it has no writing of its own: it is there with its parent, or is made by something else. @default false */
  readonly isReadOnly?: boolean;
  /** Members that cannot be changed, as `properties.isHnsEnabled` or `location`. */
  readonly fixed?: readonly string[];
  /** Code of the refusal of an absent one. @default ResourceNotFound */
  readonly absentCode?: string;
  /**
   * What is kept and returned: checks the body and adds what the service adds. Called after the general checks.
   * @default the body's own properties with `provisioningState`
   * @throws ServiceError
   */
  readonly accept?: (change: Change) => Json | Promise<Json>;
  /** What is there without having been written here: a singleton that comes with its parent, something of the data plane. */
  readonly initial?: (parent: ResourceContent, services: Services, name: string) => Json | undefined;
  /** @throws ServiceError when it cannot be deleted now */
  readonly beforeDelete?: (resource: ResourceContent, services: Services, principal: Principal) => void;
  /** Also called for what goes because something above it is deleted; `query` is that of the deletion. */
  readonly afterDelete?: (
    resource: ResourceContent,
    services: Services,
    query: URLSearchParams,
  ) => void | Promise<void>;
  /** Calls below the resource, by method and name: `POST listKeys`, `GET consumerSourceDataSets`. */
  readonly actions?: Readonly<Record<string, (call: ActionCall) => LocalAnswer | Promise<LocalAnswer>>>;
  /** What a read returns of what is kept: leaves out secrets. @default all */
  readonly show?: (content: ResourceContent, services: Services) => Json;
}
