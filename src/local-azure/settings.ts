import { createHash } from 'node:crypto';

/** Somebody who can sign in, or the identity of a resource. */
export interface Principal {
  readonly objectId: string;
  readonly kind: 'User' | 'ServicePrincipal';
  readonly displayName: string;
  /** Of a service principal; what `AZURE_CLIENT_ID` says. */
  readonly clientId?: string;
  /** Of a user: what the user signs in with, and invitations are sent to. */
  readonly email?: string;
  /** Object ids of the groups that it is in. @default none */
  readonly groups?: readonly string[];
}

/** A share that somebody offers to this tenant. */
export interface OfferedShare {
  readonly invitationId: string;
  readonly shareName: string;
  readonly location: string;
  readonly providerName: string;
  /** Who is invited: only that principal sees the invitation, and can accept it. */
  readonly invitedObjectId: string;
  readonly dataSets: readonly OfferedDataSet[];
  readonly schedule?: { readonly interval: 'Hour' | 'Day'; readonly time: string };
}

export interface OfferedDataSet {
  readonly id: string;
  readonly name: string;
  /** Path of the data set at the sender, which is kept below the mapping's folder. */
  readonly path: string;
  /** Local folder with the bytes; each folder in `snapshots` order is one more day. */
  readonly folder: string;
}

/** What a local Azure is told when it starts. */
export interface LocalAzureSettings {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** The first one owns the subscription. */
  readonly principals: readonly Principal[];
  /** Public address that requests come from, for network rules (NET1). */
  readonly clientAddress: string;
  /** ARM id of the subnet that requests come from, for private endpoints. @default none: they come from the Internet */
  readonly clientSubnet?: string;
  /** Seconds after which a role or a network rule works that was reported as done (ORDER1). */
  readonly propagationSeconds: number;
  /** Seconds for which a token is said to be good; a client asks for another one before they are over. */
  readonly tokenSeconds: number;
  /** Answers `in progress` that a long-running operation gives before it is done. */
  readonly operationPolls: number;
  readonly shares: readonly OfferedShare[];
  /** Namespaces that nobody registered for the subscription, such as `Microsoft.DataShare` (OWN5). @default none */
  readonly unregisteredProviders?: readonly string[];
  /** Region of the client, where it is one of Azure's own: rules for addresses do not hold for it there (NET1). */
  readonly clientLocation?: string;
}

/** The deployer that `insights local-azure env` hands out; its secret is no secret. */
export const defaultDeployer: Principal = {
  objectId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0001',
  kind: 'ServicePrincipal',
  displayName: 'local deployer',
  clientId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0002',
};

export const defaultSettings: LocalAzureSettings = {
  tenantId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c00aa',
  subscriptionId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c00bb',
  principals: [defaultDeployer],
  // Of the addresses that are kept free for documentation.
  clientAddress: '203.0.113.10',
  propagationSeconds: 0,
  tokenSeconds: 3600,
  operationPolls: 0,
  shares: [],
};

/** A stable GUID for a text, so that two runs of a rehearsal name things alike. */
export function guidOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
