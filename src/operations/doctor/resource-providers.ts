/** What a subscription must have registered before the first deployment (OWN5), with what needs it. */
export const resourceProviders = [
  { name: 'Microsoft.Synapse', why: 'the workspace and its pools' },
  { name: 'Microsoft.Storage', why: 'the account of the lake' },
  { name: 'Microsoft.KeyVault', why: 'the vault that holds the salt' },
  { name: 'Microsoft.DataShare', why: "the account that receives Microsoft's share" },
  { name: 'Microsoft.OperationalInsights', why: 'the logs' },
  { name: 'Microsoft.Insights', why: 'diagnostic settings and alerts' },
  { name: 'Microsoft.Consumption', why: 'budgets' },
  { name: 'Microsoft.Network', why: 'private endpoints' },
  { name: 'Microsoft.Sql', why: 'serverless SQL of a workspace' },
] as const;
