import type { Environment } from '../../contract/environment';
import { deployedNames } from '../../contract/deployed-names';

/** A role that an administrator gives once; docs/deployment.md lists the same ones. */
export interface AdministratorRole {
  /** As Azure or Entra spells it. */
  readonly role: string;
  /** Whom it is given to. */
  readonly to: 'deployers' | 'identity of the workspace';
  /** What it is given on, in words. */
  readonly on: string;
  /** The step that fails without it. */
  readonly why: string;
  /** Which environments need it. */
  readonly when: string;
  /** Azure scope of the assignment, with shell variables; undefined for a role that Azure's role assignments do not give. */
  readonly scope?: (environment: Environment) => string;
  readonly needed: (environment: Environment) => boolean;
}

const always = (): boolean => true;
const groupScope = (name: string): string => `/subscriptions/$ARM_SUBSCRIPTION_ID/resourceGroups/${name}`;
const privateNetwork = ({ network }: Environment) => (network.access === 'private' ? network.private : undefined);

/** Role ids that deployers may hand on: those of constructs/core/roles.ts, and no other. */
export const delegatedRoles = {
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
} as const;

export const administratorRoles: readonly AdministratorRole[] = [
  {
    role: 'Contributor',
    to: 'deployers',
    on: 'the resource group',
    why: 'every resource of both stacks; the salt is written through it too (ORDER2)',
    when: 'always',
    scope: (environment) => groupScope(deployedNames(environment).resourceGroup),
    needed: always,
  },
  {
    role: 'Role Based Access Control Administrator',
    to: 'deployers',
    on: 'the resource group, with a condition that allows three roles',
    why: 'grants to people, to the Data Share account and to the workspace; nothing else can be handed on',
    when: 'always',
    scope: (environment) => groupScope(deployedNames(environment).resourceGroup),
    needed: always,
  },
  {
    role: 'Storage Blob Data Contributor',
    to: 'deployers',
    on: 'the account of the state',
    why: 'Terraform reads, writes and locks its state',
    when: 'state.backend azurerm',
    scope: ({ state }) =>
      state.backend === 'local'
        ? ''
        : `${groupScope(state.resourceGroup)}/providers/Microsoft.Storage/storageAccounts/${state.storageAccount}`,
    needed: ({ state }) => state.backend === 'azurerm',
  },
  {
    role: 'Network Contributor',
    to: 'deployers',
    on: "the network's resource group",
    why: 'private endpoints join its subnet (NET1)',
    when: 'network.access private',
    scope: (environment) => groupScope(privateNetwork(environment)?.resourceGroup ?? ''),
    needed: (environment) => privateNetwork(environment) !== undefined,
  },
  {
    role: 'Private DNS Zone Contributor',
    to: 'deployers',
    on: 'the resource group of the DNS zones',
    why: 'private endpoints write their names (NET1)',
    when: 'network.access private',
    scope: (environment) => groupScope(privateNetwork(environment)?.dnsZonesResourceGroup ?? ''),
    needed: (environment) => privateNetwork(environment) !== undefined,
  },
  {
    role: 'Synapse Administrator',
    to: 'deployers',
    on: 'the workspace that is there',
    why: 'publishing artifacts and giving Synapse roles; who creates a workspace has it already',
    when: 'workspace.mode existing',
    needed: ({ workspace }) => workspace.mode === 'existing',
  },
  {
    role: 'Directory Readers',
    to: 'identity of the workspace',
    on: 'the tenant (a role of Entra)',
    why: 'T-SQL makes users by the names of groups (ACCESS3)',
    when: 'a group reads the databases',
    needed: ({ people }) =>
      [people.analysts, people.dataScientists, people.externalDataScientists, people.privacyOfficers].some(
        (groups) => groups.length > 0,
      ),
  },
];
