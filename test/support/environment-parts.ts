/** Parts of environment files that tests of many layers put together. */

/** A workspace that OEA's installer made. */
export const existingWorkspace = {
  mode: 'existing',
  resourceGroup: 'rg-oea-old',
  synapseWorkspace: 'syn-oea-old',
  storageAccount: 'stoeaold',
  keyVault: 'kv-oea-old',
} as const;

/** A share of one data set whose invitation the plan accepts. */
export const acceptedShare = {
  mode: 'accept',
  invitationId: '11111111-2222-3333-4444-555555555555',
  sourceLocation: 'eastus2',
  dataSets: ['activity'],
  schedule: { interval: 'Day', time: '2026-01-01T04:00:00Z' },
} as const;

/** The same, accepted in the portal. */
export const adoptedShare = { ...acceptedShare, mode: 'adopt' } as const;
