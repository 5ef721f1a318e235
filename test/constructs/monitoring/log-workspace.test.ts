import { Construct } from 'constructs';
import { LogWorkspace, type LogWorkspaceProps } from '../../../constructs/monitoring/log-workspace';
import { refusal } from '../../support/refusal';
import { synthesiseBlocks } from '../synthesised';

const minimal: LogWorkspaceProps = {
  workspaceName: 'log-oea-test',
  resourceGroupName: 'rg-oea-test',
  location: 'westeurope',
  tags: {},
};

const body = {
  name: 'log-oea-test',
  resource_group_name: 'rg-oea-test',
  location: 'westeurope',
  tags: {},
  sku: 'PerGB2018',
  retention_in_days: 90,
  lifecycle: { prevent_destroy: true },
};

describe('LogWorkspace', () => {
  test('keeps logs for 90 days and is not destroyed (OWN1)', () => {
    expect(synthesiseBlocks((stack) => new LogWorkspace(stack, 'Logs', minimal))).toEqual({
      'Logs/Resource': { address: 'azurerm_log_analytics_workspace.Logs_6819BB44', body },
    });
  });

  test('takes every setting over', () => {
    const maximal = { ...minimal, tags: { a: 'b' }, retentionDays: 730, deletable: true };
    expect(synthesiseBlocks((stack) => new LogWorkspace(stack, 'Logs', maximal))['Logs/Resource']?.body).toEqual({
      ...body,
      tags: { a: 'b' },
      retention_in_days: 730,
      lifecycle: { prevent_destroy: false },
    });
  });

  test('collects all logs of a source, once', () => {
    const blocks = synthesiseBlocks((stack) => {
      const logs = new LogWorkspace(stack, 'Logs', minimal);
      const diagnostics = { targetId: '/vault', logCategories: ['AuditEvent', 'Other'] };
      const source = Object.assign(new Construct(stack, 'Source'), { diagnostics });
      logs.collect(source);
      logs.collect(source);
    });
    expect(blocks['Source/Diagnostics']?.body).toEqual({
      name: 'education-insights',
      target_resource_id: '/vault',
      log_analytics_workspace_id: '${azurerm_log_analytics_workspace.Logs_6819BB44.id}',
      enabled_log: [{ category: 'AuditEvent' }, { category: 'Other' }],
    });
  });

  test('that is there already is sent logs, and stays as it is', () => {
    const blocks = synthesiseBlocks((stack) => {
      const logs = LogWorkspace.fromName(stack, 'Logs', 'log-old', { subscriptionId: 's', resourceGroupName: 'rg' });
      const diagnostics = { targetId: '/workspace', logCategories: ['Runs'] };
      logs.collect(Object.assign(new Construct(stack, 'Source'), { diagnostics }));
    });
    expect(Object.entries(blocks).map(([path, block]) => [path, block.body])).toEqual([
      [
        'Source/Diagnostics',
        {
          name: 'education-insights',
          target_resource_id: '/workspace',
          log_analytics_workspace_id:
            '/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log-old',
          enabled_log: [{ category: 'Runs' }],
        },
      ],
    ]);
  });

  const build = (props: Partial<LogWorkspaceProps>) => () =>
    synthesiseBlocks((stack) => new LogWorkspace(stack, 'Logs', { ...minimal, ...props }));
  const place = '  where: test/Logs\n  next:  Correct the value where the construct named above is created.';

  test.each(['log', 'log-', 'log_a', 'l'.repeat(64)])('validateWorkspaceName refuses %s', (workspaceName) => {
    expect(refusal(build({ workspaceName }))).toBe(
      `CONSTRUCT_INVALID: workspaceName is "${workspaceName}", but must be 4 to 63 characters of letters, digits and inner hyphens.\n${place}`,
    );
  });

  test.each([29, 731, 45.5])('validateRetentionDays refuses %d', (retentionDays) => {
    expect(refusal(build({ retentionDays }))).toBe(
      `CONSTRUCT_INVALID: retentionDays is ${retentionDays}, but must be a whole number from 30 to 730.\n${place}`,
    );
  });
});
