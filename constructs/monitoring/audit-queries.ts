import { Construct } from 'constructs';
import type { LakePaths } from '../../src/contract/lake-paths';
import { preLandingFolder } from '../../src/contract/lake-paths';
import { LogAnalyticsSavedSearch } from '../core/azurerm';
import type { IDataLake } from '../storage/data-lake';
import type { ILogWorkspace } from './log-workspace';

export interface AuditQueriesProps {
  /** Where account, vault and workspace send their logs. */
  readonly logWorkspace: ILogWorkspace;
  readonly dataLake: Pick<IDataLake, 'accountName'>;
  /** Of the published workspace of the lake. */
  readonly paths: LakePaths;
  readonly tags: Readonly<Record<string, string>>;
}

/** Days that each query looks back; somebody who runs it changes the line. */
const lookBackDays = 30;

/**
 * Questions that a privacy officer asks the logs, kept where the logs are: who read names, who was refused, who read the
 * salt, what ran. Each names identities by their object ids, never what was read but its folder.
 *
 * @example
 * new AuditQueries(this, 'AuditQueries', { logWorkspace, dataLake, paths: new LakePaths('prod', '1.14'), tags });
 */
export class AuditQueries extends Construct {
  constructor(scope: Construct, id: string, props: AuditQueriesProps) {
    super(scope, id);
    this.save('SensitiveReads', 'Reads of names and raw identifiers', sensitiveReads(props), props);
    this.save('FailedAccess', 'Refused access to lake and vault', failedAccess(props), props);
    this.save('SecretReads', 'Reads of the vault', secretReads(), props);
    this.save('Runs', 'Runs of pipelines', runs(), props);
  }

  private save(id: string, displayName: string, query: string, { logWorkspace, tags }: AuditQueriesProps): void {
    new LogAnalyticsSavedSearch(this, id, {
      name: `education-insights-${id.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`,
      logAnalyticsWorkspaceId: logWorkspace.workspaceId,
      category: 'Education Insights',
      displayName,
      query,
      tags: { ...tags },
    });
  }
}

/** A table of the logs, in the two parts of a query that names it. */
interface LogTable {
  readonly declaration: string;
  readonly rows: string;
}

/**
 * A table of the workspace that may not be there yet: it comes with its first row, and a query of an absent table fails. The
 * empty one stands in for it.
 */
function logTable(name: string, columns: Readonly<Record<string, string>>): LogTable {
  const typed = Object.entries({ TimeGenerated: 'datetime', ...columns }).map(([column, type]) => `${column}: ${type}`);
  return {
    declaration: `let absent${name} = datatable(${typed.join(', ')})[];`,
    rows: `union isfuzzy=true absent${name}, ${name}\n| where TimeGenerated > ago(${lookBackDays}d)`,
  };
}

const blobLogs = logTable('StorageBlobLogs', {
  Category: 'string',
  OperationName: 'string',
  StatusCode: 'string',
  StatusText: 'string',
  Uri: 'string',
  RequesterObjectId: 'string',
  CallerIpAddress: 'string',
});

const vaultLogs = logTable('AzureDiagnostics', {
  ResourceProvider: 'string',
  OperationName: 'string',
  ResultType: 'string',
  id_s: 'string',
  httpStatusCode_d: 'real',
  identity_claim_oid_g: 'string',
  CallerIPAddress: 'string',
});

/** By person, folder and day; the workspace's own identity reads all of it with every run, and stands apart by its many reads. */
function sensitiveReads({ dataLake, paths }: AuditQueriesProps): string {
  const zones = [
    ['sensitive', paths.refinedFolder('sensitive')],
    ['rejected', paths.rejectedFolder],
    ['corrected', paths.correctedFolder],
    ['ingested', paths.ingestedFolder],
    ['stage 1', paths.landedTable('').replace(/\/$/, '')],
    ['delivered', preLandingFolder],
  ] as const;
  return [
    blobLogs.declaration,
    blobLogs.rows,
    `| where Category == 'StorageRead' and StatusCode startswith '2' and Uri contains '//${dataLake.accountName}.'`,
    `| extend Zone = case(${zones.map(([name, folder]) => `Uri contains '/${folder}/', '${name}'`).join(', ')}, '')`,
    `| where Zone != ''`,
    '| summarize Reads = count(), First = min(TimeGenerated), Last = max(TimeGenerated), Addresses = dcount(CallerIpAddress)',
    '    by RequesterObjectId, Zone, Day = startofday(TimeGenerated)',
    '| order by Day desc, Reads desc',
  ].join('\n');
}

function failedAccess({ dataLake }: AuditQueriesProps): string {
  return [
    blobLogs.declaration,
    vaultLogs.declaration,
    `union (${blobLogs.rows}`,
    `| where StatusCode in ('401', '403') and Uri contains '//${dataLake.accountName}.'`,
    "| project TimeGenerated, Who = RequesterObjectId, What = OperationName, Why = StatusText, Place = 'lake', CallerIpAddress),",
    `(${vaultLogs.rows}`,
    "| where ResourceProvider == 'MICROSOFT.KEYVAULT' and httpStatusCode_d in (401, 403)",
    "| project TimeGenerated, Who = identity_claim_oid_g, What = OperationName, Why = ResultType, Place = 'vault', CallerIpAddress = CallerIPAddress)",
    '| summarize Times = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by Who, Place, What, Why, CallerIpAddress',
    '| order by Last desc',
  ].join('\n');
}

/** The name of a secret is in its address; its value is in no log. */
function secretReads(): string {
  return [
    vaultLogs.declaration,
    vaultLogs.rows,
    "| where ResourceProvider == 'MICROSOFT.KEYVAULT' and OperationName in ('SecretGet', 'SecretBackup')",
    "| extend Secret = tostring(split(id_s, '/')[4])",
    '| summarize Reads = count(), Last = max(TimeGenerated) by identity_claim_oid_g, Secret, OperationName, CallerIPAddress',
    '| order by Last desc',
  ].join('\n');
}

function runs(): string {
  const { declaration, rows } = logTable('SynapseIntegrationPipelineRuns', {
    PipelineName: 'string',
    RunId: 'string',
    Status: 'string',
    Start: 'datetime',
    End: 'datetime',
  });
  return [
    declaration,
    rows,
    '| summarize arg_max(TimeGenerated, *) by RunId',
    "| project Start, End, Minutes = datetime_diff('minute', End, Start), PipelineName, Status, RunId",
    '| order by Start desc',
  ].join('\n');
}
