import { Construct } from 'constructs';
import type { LakePaths } from '../../src/contract/lake-paths';
import { AzapiResource } from '../core/azapi';
import { refuse } from '../core/refuse';
import { resourceGroupId, type ResourcePlace } from '../core/resource-id';
import type { IDataLake } from '../storage/data-lake';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import type { ILogWorkspace } from './log-workspace';

export interface AlertsProps {
  readonly place: ResourcePlace;
  /** Where the rule on logs is kept. */
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly workspace: ISynapseWorkspace;
  /** E-mail addresses that are told; with none the alerts show in the portal only. */
  readonly contacts: readonly string[];
  /** When missing data is told. @default never: somebody else's logs are not ours to ask (OWN3) */
  readonly freshness?: FreshnessProps;
}

export interface FreshnessProps {
  /** Where the writes to the lake are logged. */
  readonly logWorkspace: ILogWorkspace;
  readonly dataLake: Pick<IDataLake, 'accountName'>;
  /** Of the workspace of the lake that the schedule fills. */
  readonly paths: Pick<LakePaths, 'landedTable'>;
  /** Whole hours without a landed file, 1 to 48, which is as far as Azure looks back. */
  readonly hours: number;
}

/** Of Azure's allowed lengths the longest; the query itself looks back as far as it is told. */
const longestHours = 48;

/**
 * Tells people that a pipeline failed, and that no data came (a run that finds nothing to do succeeds, OWN2).
 *
 * @example
 * new Alerts(this, 'Alerts', { place, location: 'westeurope', tags: {}, workspace, contacts: ['data@school.example'] });
 */
export class Alerts extends Construct {
  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    this.validateHours(props.freshness?.hours);

    const groups = props.contacts.length === 0 ? [] : [this.createContacts(props).id];
    this.createFailedRun(props, groups);
    if (props.freshness !== undefined) this.createFreshness(props, props.freshness, groups);
  }

  private createContacts({ place, tags, workspace, contacts }: AlertsProps): AzapiResource {
    return new AzapiResource(this, 'Contacts', {
      type: 'Microsoft.Insights/actionGroups@2023-01-01',
      name: `contacts-${workspace.workspaceName}`,
      parentId: resourceGroupId(place),
      location: 'global',
      tags,
      body: {
        properties: {
          // At most 12 characters: the sender's name in messages.
          groupShortName: 'edu-insights',
          enabled: true,
          emailReceivers: contacts.map((emailAddress) => ({
            name: emailAddress,
            emailAddress,
            useCommonAlertSchema: true,
          })),
        },
      },
    });
  }

  /** A metric, which is there before the first run, unlike a table of logs. */
  private createFailedRun(props: AlertsProps, groups: readonly string[]): void {
    const { place, tags, workspace } = props;
    new AzapiResource(this, 'FailedRun', {
      type: 'Microsoft.Insights/metricAlerts@2018-03-01',
      name: `failed-run-${workspace.workspaceName}`,
      parentId: resourceGroupId(place),
      location: 'global',
      tags,
      ignoreCasing: true,
      body: {
        properties: {
          description: 'A pipeline failed. Synapse Studio, Monitor, Pipeline runs shows the activity and its error.',
          severity: 1,
          enabled: true,
          scopes: [workspace.workspaceId],
          evaluationFrequency: 'PT5M',
          windowSize: 'PT5M',
          autoMitigate: true,
          criteria: {
            'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
            allOf: [
              {
                criterionType: 'StaticThresholdCriterion',
                name: 'failed',
                metricNamespace: 'Microsoft.Synapse/workspaces',
                metricName: 'IntegrationPipelineRunsEnded',
                dimensions: [{ name: 'Result', operator: 'Include', values: ['Failed'] }],
                timeAggregation: 'Total',
                operator: 'GreaterThan',
                threshold: 0,
              },
            ],
          },
          actions: groups.map((actionGroupId) => ({ actionGroupId })),
        },
      },
    });
  }

  private createFreshness(props: AlertsProps, freshness: FreshnessProps, groups: readonly string[]): void {
    const { place, location, tags, workspace } = props;
    new AzapiResource(this, 'NoFreshData', {
      type: 'Microsoft.Insights/scheduledQueryRules@2022-06-15',
      name: `no-fresh-data-${workspace.workspaceName}`,
      parentId: resourceGroupId(place),
      location,
      tags,
      ignoreCasing: true,
      body: {
        properties: {
          description: `No file landed in stage 1 for ${freshness.hours} hours: the share is late, or the pipeline does not run.`,
          severity: 2,
          enabled: true,
          scopes: [freshness.logWorkspace.workspaceId],
          evaluationFrequency: 'PT1H',
          windowSize: 'P2D',
          autoMitigate: true,
          skipQueryValidation: true,
          criteria: {
            allOf: [
              {
                query: silenceQuery(freshness),
                timeAggregation: 'Count',
                operator: 'GreaterThan',
                threshold: 0,
                failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
              },
            ],
          },
          actions: { actionGroups: [...groups] },
        },
      },
    });
  }

  private validateHours(hours: number | undefined): void {
    if (hours === undefined || (Number.isInteger(hours) && hours >= 1 && hours <= longestHours)) return;
    throw refuse(this, 'freshness.hours', hours, `must be a whole number from 1 to ${longestHours}`);
  }
}

/**
 * One row when nothing was written to stage 1. The empty table stands in for the log's own, which is not there before the
 * first write: without it the query fails, and a rule that fails tells nobody.
 */
function silenceQuery({ dataLake, paths, hours }: FreshnessProps): string {
  return [
    'let absent = datatable(TimeGenerated: datetime, Category: string, StatusCode: string, Uri: string)[];',
    'union isfuzzy=true absent, StorageBlobLogs',
    `| where TimeGenerated > ago(${hours}h) and Category == 'StorageWrite' and StatusCode startswith '2'`,
    `| where Uri contains '//${dataLake.accountName}.' and Uri contains '/${paths.landedTable('')}'`,
    '| summarize Writes = count()',
    '| where Writes == 0',
  ].join('\n');
}
