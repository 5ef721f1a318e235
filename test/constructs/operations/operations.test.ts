import { AzapiProvider, AzapiResource } from '../../../constructs/core/azapi';
import { AwaitWorkspace } from '../../../constructs/operations/await-workspace';
import { EnsureSalt } from '../../../constructs/operations/ensure-salt';
import { LoadTestData } from '../../../constructs/operations/load-test-data';
import { RunPipeline } from '../../../constructs/operations/run-pipeline';
import { VerifyStages } from '../../../constructs/operations/verify-stages';
import { synthesiseBlocks, type Block } from '../synthesised';

const inputFromItself = { INSIGHTS_OPERATION_INPUT: '${jsonencode(self.input)}' };

/** A block of an operation: Terraform runs in cdktf.out/stacks/<stack>. */
function block(id: string, name: string, body: Block['body'], ...actions: readonly ('create' | 'delete')[]): Block {
  return {
    address: `terraform_data.${id}`,
    body: {
      ...body,
      provisioner: actions.map((action) => ({
        'local-exec': {
          command: `node ../../../bin/insights.cjs operation ${name} ${action}`,
          environment: inputFromItself,
          ...(action === 'delete' ? { when: 'destroy' } : {}),
        },
      })),
    },
  };
}

describe('operations', () => {
  test('EnsureSalt names vault and secret, waits, and leaves the salt when it is destroyed', () => {
    const blocks = synthesiseBlocks((scope) => {
      new AzapiProvider(scope, 'Azapi');
      const vault = new AzapiResource(scope, 'Vault', { type: 'Microsoft.X/y@2020-01-01', name: 'v', parentId: '/g' });
      new EnsureSalt(scope, 'EnsureSalt', { input: { vaultId: vault.id, secretName: 'oeaSalt' }, after: [vault] });
    });
    const input = { vaultId: '${azapi_resource.Vault.id}', secretName: 'oeaSalt' };
    expect(blocks['EnsureSalt/Resource']).toEqual(
      block(
        'EnsureSalt_8D882758',
        'ensure-salt',
        { input, triggers_replace: input, depends_on: ['azapi_resource.Vault'] },
        'create',
      ),
    );
  });

  test('AwaitWorkspace waits again for another workspace, not for another patience', () => {
    const where = { workspaceName: 'w', developmentEndpoint: 'https://w.dev.azuresynapse.net' };
    const input = { ...where, stabilitySeconds: 60, timeoutSeconds: 1800 };
    const blocks = synthesiseBlocks((scope) => {
      new AwaitWorkspace(scope, 'AwaitWorkspace', { input, again: { identity: 'one' } });
    });
    expect(blocks['AwaitWorkspace/Resource']).toEqual(
      block(
        'AwaitWorkspace_B2E95FB8',
        'await-workspace',
        { input, triggers_replace: { ...where, identity: 'one' } },
        'create',
      ),
    );
  });

  test('LoadTestData is the one that is undone', () => {
    const input = { blobEndpoint: 'https://a.blob.core.windows.net', set: 'k12', contentHash: 'abc' } as const;
    const blocks = synthesiseBlocks((scope) => {
      new LoadTestData(scope, 'LoadTestData', { input });
    });
    expect(blocks['LoadTestData/Resource']).toEqual(
      block('LoadTestData_58C99659', 'load-test-data', { input, triggers_replace: input }, 'create', 'delete'),
    );
  });

  test('RunPipeline runs again for its parameters and for what its hash stands for', () => {
    const what = {
      workspaceName: 'w',
      developmentEndpoint: 'https://w.dev.azuresynapse.net',
      pipelineName: '0_main_insights',
      parameters: { workspace: 'dev' },
      contentHash: 'abc',
    };
    const input = { ...what, timeoutMinutes: 60, onInterrupt: 'cancel' } as const;
    const blocks = synthesiseBlocks((scope) => {
      new RunPipeline(scope, 'RunPipeline', { input });
    });
    expect(blocks['RunPipeline/Resource']).toEqual(
      block('RunPipeline_B78EADD1', 'run-pipeline', { input, triggers_replace: what }, 'create'),
    );
  });

  test('VerifyStages leaves out a salt that it is not given', () => {
    const input = {
      blobEndpoint: 'https://a.blob.core.windows.net',
      workspace: 'dev',
      dataVersion: '1.14',
      profile: 'strict',
      contentHash: 'abc',
    } as const;
    const salt = { vaultId: '/v', secretName: 'oeaSalt-dev' };
    const blocks = synthesiseBlocks((scope) => {
      new VerifyStages(scope, 'Without', { input });
      new VerifyStages(scope, 'With', { input: { ...input, salt } });
    });
    expect(blocks).toEqual({
      'Without/Resource': block('Without_891E308E', 'verify-stages', { input, triggers_replace: input }, 'create'),
      'With/Resource': block(
        'With_9A12C6BC',
        'verify-stages',
        { input: { ...input, salt }, triggers_replace: { ...input, salt } },
        'create',
      ),
    });
  });
});
