import type { TerraformStack } from '../../../constructs/core/cdktf';
import { LogWorkspace } from '../../../constructs/monitoring/log-workspace';
import { SparkPool, type SparkPoolProps } from '../../../constructs/synapse/spark-pool';
import { refusal } from '../../support/refusal';
import { createWorkspace, existingId, existingWorkspace, place, synapseBlocks, told } from './synapse-fixture';

const minimal: Omit<SparkPoolProps, 'workspace'> = {
  poolName: 'spark3p3sm',
  location: 'westeurope',
  tags: {},
  nodeSize: 'Small',
  minNodes: 3,
  maxNodes: 5,
  autoPauseMinutes: 15,
  sparkVersion: '3.5',
};

const properties = {
  sparkVersion: '3.5',
  nodeSizeFamily: 'MemoryOptimized',
  nodeSize: 'Small',
  autoScale: { enabled: true, minNodeCount: 3, maxNodeCount: 5 },
  autoPause: { enabled: true, delayInMinutes: 15 },
  dynamicExecutorAllocation: { enabled: false },
  sessionLevelPackagesEnabled: false,
  sparkConfigProperties: {
    configurationType: 'File',
    filename: 'education-insights.txt',
    content: 'spark.hadoop.fs.azure.account.hns.enabled true\n',
  },
};

const body = {
  type: 'Microsoft.Synapse/workspaces/bigDataPools@2021-06-01',
  name: 'spark3p3sm',
  parent_id: existingId,
  location: 'westeurope',
  tags: {},
  body: { properties },
  response_export_values: [],
  retry: { error_message_regex: ['(?i)another operation|operation is in progress|being (updated|provisioned)'] },
  depends_on: [],
};

describe('SparkPool', () => {
  test('grows, pauses, and lets people with rights on folders start (ACCESS5)', () => {
    const build = (stack: TerraformStack) => {
      const pool = new SparkPool(stack, 'Pool', { ...minimal, workspace: existingWorkspace(stack) });
      return [pool.poolName, pool.poolId, pool.dependables.length];
    };
    expect(synapseBlocks(build)).toEqual({ 'Pool/Resource': { address: 'azapi_resource.Pool_D3F588B8', body } });
    expect(told(build)).toEqual(['spark3p3sm', '${azapi_resource.Pool_D3F588B8.id}', 1]);
  });

  test('takes every setting over, and waits for the settings of a new workspace', () => {
    const maximal = { ...minimal, tags: { a: 'b' }, nodeSize: 'Large', minNodes: 200, maxNodes: 200 } as const;
    const blocks = synapseBlocks((stack) => {
      new SparkPool(stack, 'Pool', { ...maximal, autoPauseMinutes: 10_080, workspace: createWorkspace(stack) });
    });
    expect(blocks['Pool/Resource']?.body).toEqual({
      ...body,
      parent_id: '${azapi_resource.Workspace_2F8C78CC.id}',
      tags: { a: 'b' },
      body: {
        properties: {
          ...properties,
          nodeSize: 'Large',
          autoScale: { enabled: true, minNodeCount: 200, maxNodeCount: 200 },
          autoPause: { enabled: true, delayInMinutes: 10_080 },
        },
      },
      depends_on: ['azapi_resource.Workspace_2F8C78CC', 'azapi_update_resource.Workspace_EntraOnly_962CA6EF'],
    });
  });

  test('that was there before is referred to and nothing else (OWN3)', () => {
    const said: unknown[] = [];
    const blocks = synapseBlocks((stack) => {
      const pool = SparkPool.fromName(stack, 'Pool', existingWorkspace(stack), 'spark3p3med');
      said.push(pool.poolName, pool.poolId, pool.dependables);
    });
    expect([blocks, said]).toEqual([{}, ['spark3p3med', `${existingId}/bigDataPools/spark3p3med`, []]]);
  });

  test('sends the logs of its applications to Log Analytics', () => {
    const blocks = synapseBlocks((stack) => {
      const pool = new SparkPool(stack, 'Pool', { ...minimal, workspace: existingWorkspace(stack) });
      LogWorkspace.fromName(stack, 'Logs', 'log-oea-test', place).collect(pool);
    });
    expect(blocks['Pool/Diagnostics']?.body).toMatchObject({
      target_resource_id: '${azapi_resource.Pool_D3F588B8.id}',
      enabled_log: [{ category: 'BigDataPoolAppsEnded' }],
    });
  });

  const refused = (props: Partial<SparkPoolProps>) =>
    refusal(() =>
      synapseBlocks(
        (stack) => new SparkPool(stack, 'Pool', { ...minimal, workspace: existingWorkspace(stack), ...props }),
      ),
    );
  const place_ = '  where: test/Pool\n  next:  Correct the value where the construct named above is created.';

  test.each(['', '3spark', 'spark-3', 's'.repeat(16)])('validatePoolName refuses "%s"', (poolName) => {
    expect(refused({ poolName })).toBe(
      `CONSTRUCT_INVALID: poolName is "${poolName}", but must be 1 to 15 letters and digits, starting with a letter.\n${place_}`,
    );
  });

  test.each([2, 201, 3.5])('validateNodes refuses at least %d', (minNodes) => {
    expect(refused({ minNodes })).toBe(
      `CONSTRUCT_INVALID: minNodes is ${minNodes}, but must be a whole number from 3 to 200.\n${place_}`,
    );
  });

  test.each([4, 201, 5.5])('validateNodes refuses at most %d', (maxNodes) => {
    expect(refused({ minNodes: 5, maxNodes })).toBe(
      `CONSTRUCT_INVALID: maxNodes is ${maxNodes}, but must be a whole number from minNodes (5) to 200.\n${place_}`,
    );
  });

  test.each([4, 10_081, 7.5])('validateAutoPause refuses %d', (autoPauseMinutes) => {
    expect(refused({ autoPauseMinutes })).toBe(
      `CONSTRUCT_INVALID: autoPauseMinutes is ${autoPauseMinutes}, but must be a whole number from 5 to 10080.\n${place_}`,
    );
  });

  test.each(['3', '4.0'])('validateSparkVersion refuses %s', (sparkVersion) => {
    expect(refused({ sparkVersion })).toBe(
      `CONSTRUCT_INVALID: sparkVersion is "${sparkVersion}", but must be a runtime of Synapse (3.3, 3.4, 3.5).\n${place_}`,
    );
  });
});
