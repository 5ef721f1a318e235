import { Alerts, type AlertsProps } from '../../../constructs/monitoring/alerts';
import { LogWorkspace } from '../../../constructs/monitoring/log-workspace';
import { LakePaths } from '../../../src/contract/lake-paths';
import { refusal } from '../../support/refusal';
import { existingId, existingWorkspace, groupId, place, synapseBlocks } from '../synapse/synapse-fixture';

const build = (props: Partial<AlertsProps> = {}, hours?: number) =>
  synapseBlocks((stack) => {
    const freshness = {
      logWorkspace: LogWorkspace.fromName(stack, 'Logs', 'log-oea-test', place),
      dataLake: { accountName: 'stoeatest' },
      paths: new LakePaths('prod', '1.14'),
      hours: hours ?? 36,
    };
    new Alerts(stack, 'Alerts', {
      place,
      location: 'westeurope',
      tags: { a: 'b' },
      workspace: existingWorkspace(stack),
      contacts: [],
      ...(hours === undefined ? {} : { freshness }),
      ...props,
    });
  });

const common = { parent_id: groupId, tags: { a: 'b' }, response_export_values: [] };

const failedRun = (actions: readonly object[]) => ({
  ...common,
  type: 'Microsoft.Insights/metricAlerts@2018-03-01',
  name: 'failed-run-syn-oea-old',
  location: 'global',
  ignore_casing: true,
  body: {
    properties: {
      description: 'A pipeline failed. Synapse Studio, Monitor, Pipeline runs shows the activity and its error.',
      severity: 1,
      enabled: true,
      scopes: [existingId],
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
      actions,
    },
  },
});

describe('Alerts', () => {
  test('see a failed run, and tell nobody where nobody is named', () => {
    expect(build()).toEqual({
      'Alerts/FailedRun': { address: 'azapi_resource.Alerts_FailedRun_4DFE4DFF', body: failedRun([]) },
    });
  });

  test('tell people of a failed run and of missing data, whether there is a table of logs or not', () => {
    const blocks = build({ contacts: ['data@school.example'] }, 36);
    const group = '${azapi_resource.Alerts_Contacts_161D56CD.id}';
    expect(blocks).toEqual({
      'Alerts/Contacts': {
        address: 'azapi_resource.Alerts_Contacts_161D56CD',
        body: {
          ...common,
          type: 'Microsoft.Insights/actionGroups@2023-01-01',
          name: 'contacts-syn-oea-old',
          location: 'global',
          body: {
            properties: {
              groupShortName: 'edu-insights',
              enabled: true,
              emailReceivers: [
                { name: 'data@school.example', emailAddress: 'data@school.example', useCommonAlertSchema: true },
              ],
            },
          },
        },
      },
      'Alerts/FailedRun': {
        address: 'azapi_resource.Alerts_FailedRun_4DFE4DFF',
        body: failedRun([{ actionGroupId: group }]),
      },
      'Alerts/NoFreshData': {
        address: 'azapi_resource.Alerts_NoFreshData_176823F6',
        body: {
          ...common,
          type: 'Microsoft.Insights/scheduledQueryRules@2022-06-15',
          name: 'no-fresh-data-syn-oea-old',
          location: 'westeurope',
          ignore_casing: true,
          body: {
            properties: {
              description: 'No file landed in stage 1 for 36 hours: the share is late, or the pipeline does not run.',
              severity: 2,
              enabled: true,
              scopes: [`${groupId}/providers/Microsoft.OperationalInsights/workspaces/log-oea-test`],
              evaluationFrequency: 'PT1H',
              windowSize: 'P2D',
              autoMitigate: true,
              skipQueryValidation: true,
              criteria: {
                allOf: [
                  {
                    query: [
                      'let absent = datatable(TimeGenerated: datetime, Category: string, StatusCode: string, Uri: string)[];',
                      'union isfuzzy=true absent, StorageBlobLogs',
                      "| where TimeGenerated > ago(36h) and Category == 'StorageWrite' and StatusCode startswith '2'",
                      "| where Uri contains '//stoeatest.' and Uri contains '/stage1/Transactional/M365/v1.14/'",
                      '| summarize Writes = count()',
                      '| where Writes == 0',
                    ].join('\n'),
                    timeAggregation: 'Count',
                    operator: 'GreaterThan',
                    threshold: 0,
                    failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
                  },
                ],
              },
              actions: { actionGroups: [group] },
            },
          },
        },
      },
    });
  });

  test.each([0, 49, 1.5])('validateHours refuses %d', (hours) => {
    expect(refusal(() => build({}, hours))).toBe(
      `CONSTRUCT_INVALID: freshness.hours is ${hours}, but must be a whole number from 1 to 48.\n` +
        '  where: test/Alerts\n  next:  Correct the value where the construct named above is created.',
    );
  });
});
