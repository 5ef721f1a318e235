import { AuditQueries } from '../../../constructs/monitoring/audit-queries';
import { LogWorkspace } from '../../../constructs/monitoring/log-workspace';
import { LakePaths } from '../../../src/contract/lake-paths';
import { synthesiseBlocks } from '../synthesised';

const blocks = synthesiseBlocks((stack) => {
  const logWorkspace = new LogWorkspace(stack, 'Logs', {
    workspaceName: 'log-oea-test',
    resourceGroupName: 'rg-oea-test',
    location: 'westeurope',
    tags: {},
  });
  const dataLake = { accountName: 'stoeatest' };
  new AuditQueries(stack, 'Audit', { logWorkspace, dataLake, paths: new LakePaths('prod', '1.14'), tags: { a: 'b' } });
});

const query = (id: string): string => String(blocks[`Audit/${id}`]?.body['query']);

describe('AuditQueries', () => {
  test('keeps four questions where the logs are', () => {
    const searches = Object.values(blocks).filter(({ address }) =>
      address.startsWith('azurerm_log_analytics_saved_search.'),
    );
    expect(searches.map(({ body: { query: _query, ...others } }) => others)).toEqual(
      [
        ['education-insights-failed-access', 'Refused access to lake and vault'],
        ['education-insights-runs', 'Runs of pipelines'],
        ['education-insights-secret-reads', 'Reads of the vault'],
        ['education-insights-sensitive-reads', 'Reads of names and raw identifiers'],
      ].map(([name, display_name]) => ({
        name,
        display_name,
        category: 'Education Insights',
        log_analytics_workspace_id: '${azurerm_log_analytics_workspace.Logs_6819BB44.id}',
        tags: { a: 'b' },
      })),
    );
  });

  test('asks for reads of every zone with names, by person, zone and day', () => {
    expect(query('SensitiveReads')).toBe(
      [
        'let absentStorageBlobLogs = datatable(TimeGenerated: datetime, Category: string, OperationName: string, StatusCode: string, StatusText: string, Uri: string, RequesterObjectId: string, CallerIpAddress: string)[];',
        'union isfuzzy=true absentStorageBlobLogs, StorageBlobLogs',
        '| where TimeGenerated > ago(30d)',
        "| where Category == 'StorageRead' and StatusCode startswith '2' and Uri contains '//stoeatest.'",
        "| extend Zone = case(Uri contains '/stage2/Refined/M365/v1.14/sensitive/', 'sensitive', " +
          "Uri contains '/stage2/Rejected/M365/v1.14/', 'rejected', " +
          "Uri contains '/stage2/Ingested_Corrected/M365/v1.14/', 'corrected', " +
          "Uri contains '/stage2/Ingested/M365/v1.14/', 'ingested', " +
          "Uri contains '/stage1/Transactional/M365/v1.14/', 'stage 1', Uri contains '/oea/pre_landing/', 'delivered', '')",
        "| where Zone != ''",
        '| summarize Reads = count(), First = min(TimeGenerated), Last = max(TimeGenerated), Addresses = dcount(CallerIpAddress)',
        '    by RequesterObjectId, Zone, Day = startofday(TimeGenerated)',
        '| order by Day desc, Reads desc',
      ].join('\n'),
    );
  });

  test('each survives that its tables are not there yet, looks back 30 days, and closes what it opens', () => {
    for (const id of ['SensitiveReads', 'FailedAccess', 'SecretReads', 'Runs']) {
      const text = query(id);
      const tables = [...text.matchAll(/union isfuzzy=true absent(\w+), (\w+)\n\| where TimeGenerated > ago\(30d\)/g)];
      expect(tables.map(([, absent, named]) => absent === named && text.startsWith('let absent'))).toEqual(
        tables.map(() => true),
      );
      expect(tables.length).toBe(id === 'FailedAccess' ? 2 : 1);
      expect(text.split('(').length).toBe(text.split(')').length);
      expect(text.split("'").length % 2).toBe(1);
    }
  });
});
