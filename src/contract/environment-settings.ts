import { resolveUpkeep, type UpkeepFile, type UpkeepSettings } from './environment-upkeep-settings';

/** The settings of an environment that only the deployment reads; those of the lake are in environment.ts. */

/** Whether the workspace is made here, or is one that OEA's installer made before (OWN3). @default create */
export type WorkspaceSettings =
  | { readonly mode: 'create' }
  | {
      readonly mode: 'existing';
      readonly resourceGroup: string;
      readonly synapseWorkspace: string;
      readonly storageAccount: string;
      readonly keyVault: string;
    };

/** The committed set that the deployment loads into the lake. @default none; anything else is refused in production */
export type TestDataSet = 'none' | 'k12' | 'hed';

export type ShareInterval = 'Day' | 'Hour';

/**
 * How Microsoft's share reaches the lake (OWN2): not at all, by accepting its invitation in the plan (with the token of
 * the invited person), or by taking over what that person accepted in the portal. @default off
 */
export type DataShareSettings =
  | { readonly mode: 'off' }
  | {
      readonly mode: 'accept' | 'adopt';
      readonly invitationId: string;
      /** Region of the sender's share; only the sender knows it. */
      readonly sourceLocation: string;
      /** Names of the share's data sets, one mapping each. */
      readonly dataSets: readonly string[];
      /** As the sender offers it; `time` is UTC, `yyyy-MM-ddTHH:mm:ssZ`. */
      readonly schedule: { readonly interval: ShareInterval; readonly time: string };
    };

/** An opening, and who answers for it until when. */
export interface Answerable {
  readonly owner: string;
  readonly reason: string;
  /** Last day, `yyyy-MM-dd`; the policy refuses synthesis after it. */
  readonly expires: string;
}

/** An IPv4 address or network that may reach account, vault and workspace (NET1). */
export interface AllowedAddress extends Answerable {
  readonly address: string;
}

/** A subnet and private DNS zones that are there already, in the environment's subscription. */
export interface PrivateNetwork {
  readonly resourceGroup: string;
  readonly virtualNetwork: string;
  readonly subnet: string;
  readonly dnsZonesResourceGroup: string;
}

/** The way in (NET1). @default addresses, and none */
export type NetworkSettings =
  | { readonly access: 'addresses'; readonly addresses: readonly AllowedAddress[] }
  | { readonly access: 'private'; readonly private: PrivateNetwork };

/** A group of Entra ID: rights are given to the id, T-SQL knows it by its name (ACCESS3). */
export interface EntraGroup {
  readonly objectId: string;
  readonly displayName: string;
}

/** Roles of people, each held by groups. Nobody has a right that no role here gives. */
export const peopleRoles = [
  'administrators',
  'deployers',
  'dataEngineers',
  'dataScientists',
  'externalDataScientists',
  'privacyOfficers',
  'analysts',
  'uploaders',
] as const;

export type PeopleRole = (typeof peopleRoles)[number];
export type PeopleSettings = Readonly<Record<PeopleRole, readonly EntraGroup[]>>;

/** Days after which what only age may delete is deleted (OWN4, ERASE6); Delta tables are not among it. */
export interface RetentionSettings {
  /** What the share delivered, and test drops. @default 90 */
  readonly preLandingDays: number;
  /** Stage 1. @default 365 */
  readonly landedDays: number;
  /** Reports of runs and verifications. @default 730 */
  readonly reportDays: number;
  /** Log Analytics, 30 to 730. @default 90 */
  readonly logDays: number;
}

export interface KeyVaultSettings {
  /** Days for which a deleted vault or secret can be had again, 7 to 90; fixed at creation. @default 90 */
  readonly softDeleteDays: number;
  /** Whether nobody can shorten that; cannot be taken back. @default false, but always true in production */
  readonly purgeProtection: boolean;
}

/** A finding of the policy that is accepted for a while. */
export interface PolicyException extends Answerable {
  /** Id of the rule. */
  readonly rule: string;
  /** Construct path of the finding, such as `dev-platform/DataLake/Resource`. */
  readonly at: string;
}

export interface DeploymentSettings extends UpkeepSettings {
  readonly workspace: WorkspaceSettings;
  readonly testData: TestDataSet;
  readonly dataShare: DataShareSettings;
  readonly network: NetworkSettings;
  readonly people: PeopleSettings;
  readonly retention: RetentionSettings;
  readonly keyVault: KeyVaultSettings;
  readonly exceptions: readonly PolicyException[];
}

/** What a file may say of it; environment-rules.ts says which settings belong together. */
export interface DeploymentFile extends UpkeepFile {
  readonly workspace?: { readonly mode?: 'create' | 'existing' } & Partial<
    Omit<Extract<WorkspaceSettings, { mode: 'existing' }>, 'mode'>
  >;
  readonly testData?: TestDataSet;
  readonly dataShare?: { readonly mode?: 'off' | 'accept' | 'adopt' } & Partial<
    Omit<Exclude<DataShareSettings, { mode: 'off' }>, 'mode'>
  >;
  readonly network?: {
    readonly access?: 'addresses' | 'private';
    readonly addresses?: readonly AllowedAddress[];
    readonly private?: PrivateNetwork;
  };
  readonly people?: Partial<PeopleSettings>;
  readonly retention?: Partial<RetentionSettings>;
  readonly keyVault?: Partial<KeyVaultSettings>;
  readonly exceptions?: readonly PolicyException[];
}

export const defaultRetention: RetentionSettings = {
  preLandingDays: 90,
  landedDays: 365,
  reportDays: 730,
  logDays: 90,
};
const defaultKeyVault: KeyVaultSettings = { softDeleteDays: 90, purgeProtection: false };
const noPeople = Object.fromEntries(peopleRoles.map((role) => [role, []])) as unknown as PeopleSettings;

/** The defaults filled in; `file` has been checked. */
export function resolveDeployment(file: DeploymentFile, production: boolean): DeploymentSettings {
  const network = { access: 'addresses', ...file.network };
  return {
    workspace: { mode: 'create', ...file.workspace } as WorkspaceSettings,
    testData: file.testData ?? 'none',
    dataShare: { mode: 'off', ...file.dataShare } as DataShareSettings,
    network: (network.access === 'private' ? network : { addresses: [], ...network }) as NetworkSettings,
    people: { ...noPeople, ...file.people },
    retention: { ...defaultRetention, ...file.retention },
    keyVault: { ...defaultKeyVault, ...file.keyVault, ...(production ? { purgeProtection: true } : {}) },
    exceptions: file.exceptions ?? [],
    ...resolveUpkeep(file, file.workspace?.mode === 'existing'),
  };
}
