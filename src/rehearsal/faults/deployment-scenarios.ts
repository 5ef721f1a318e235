import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFolder } from '../../deployment/synthesis';
import { purgeVaults, takeName } from './interference';
import { recovered, stopped, type FaultScenario } from './scenario';
import type { FaultStage } from './stage';

const managementHost = /^management\.azure\.com$/;
const developmentHost = /\.dev\.azuresynapse\.net$/;
const busy = { kind: 'status', status: 429, code: 'TooManyRequests', retryAfter: 0 } as const;
const notStored = {
  kind: 'operation',
  code: 'InternalServerError',
  message: 'The region has no capacity.',
  failsAs: 'status',
} as const;
const broken = { kind: 'status', status: 500, code: 'InternalServerError' } as const;

function suffixOf({ workspace }: FaultStage): string {
  return `f${workspace.replaceAll('-', '')}`.slice(0, 12);
}

/** A new environment's group, account and vault, of names of this scenario's. */
function newPlatform(stage: FaultStage): StackFolder {
  const suffix = suffixOf(stage);
  return copyOf(stage, true, (text) => text.replaceAll('insightsdev', suffix), `${suffix}-platform`);
}

/** The insights stack with one pipeline changed in place. */
function changedPipeline(stage: FaultStage): StackFolder {
  return copyOf(stage, false, (text) => text.replaceAll('"name":"Insights"', `"name":"Insights/${stage.workspace}"`));
}

/** A changed copy of a stack, in a folder of its own; under the same name it has the same state. */
function copyOf({ bench, workspace }: FaultStage, isPlatform: boolean, change: (text: string) => string, as?: string) {
  const original = bench.rehearsal.stacks.find((stack) => stack.isPlatform === isPlatform);
  if (original === undefined) throw new RangeError('The environment has no such stack.');
  const name = as ?? original.name;
  const folder = join(bench.folder, 'changed', workspace, name);
  mkdirSync(folder, { recursive: true });
  const stack = JSON.parse(readFileSync(join(original.folder, 'cdk.tf.json'), 'utf8')) as unknown;
  writeFileSync(join(folder, 'cdk.tf.json'), change(JSON.stringify(stack)));
  return { name, isPlatform, folder };
}

async function deployPlatform(stage: FaultStage): Promise<void> {
  await stage.bench.provision([newPlatform(stage)]);
}

async function deployChange(stage: FaultStage): Promise<void> {
  await stage.bench.provision([changedPipeline(stage)]);
}

/** What goes wrong while an environment is deployed or changed. */
export const deploymentScenarios: readonly FaultScenario[] = [
  {
    name: 'deploy-throttled',
    area: 'resource manager',
    fault: 'The resource manager refuses twelve requests of a deployment because there are too many.',
    outcome: recovered,
    arrange: (stage) => {
      stage.break({ host: managementHost, method: 'PUT', fault: busy, times: 4 });
      stage.break({ host: managementHost, method: 'GET', fault: busy, after: 2, times: 4 });
    },
    act: deployPlatform,
  },
  {
    name: 'deploy-answer-lost',
    area: 'resource manager',
    fault: 'Two resources are made, and the connection is cut before the answers come.',
    outcome: recovered,
    arrange: (stage) =>
      stage.break({ host: managementHost, method: 'PUT', fault: { kind: 'reset', afterwards: true }, times: 2 }),
    act: deployPlatform,
  },
  {
    name: 'deploy-slow-operations',
    area: 'resource manager',
    fault: 'Every long-running operation is still going on when it is asked for the first five times.',
    outcome: recovered,
    arrange: ({ bench }) => bench.azure.configure({ operationPolls: 5 }),
    act: deployPlatform,
    mend: ({ bench }) => bench.azure.configure({ operationPolls: 0 }),
    happened: () => true,
  },
  {
    name: 'deploy-refused-midway',
    area: 'resource manager',
    fault: 'The quota is exceeded when half of a platform is there.',
    outcome: stopped('AZURE_REFUSED', /409 QuotaExceeded/),
    arrange: (stage) => {
      const fault = { kind: 'status', status: 409, code: 'QuotaExceeded' } as const;
      stage.break({ host: managementHost, method: 'PUT', fault, after: 3 });
    },
    act: deployPlatform,
  },
  {
    name: 'account-name-taken',
    area: 'resource manager',
    fault: 'The name of the storage account belongs to somebody else.',
    outcome: stopped('AZURE_REFUSED', /409 .*already taken/),
    arrange: (stage) =>
      stage.mendLater(takeName(stage, 'Microsoft.Storage/storageAccounts', `stoea${suffixOf(stage)}`)),
    act: deployPlatform,
    happened: () => true,
  },
  {
    name: 'vault-soft-deleted',
    area: 'vault',
    fault: 'The name of the vault is held by one that was deleted.',
    outcome: stopped('AZURE_REFUSED', /409 ConflictError.*deleted state/),
    arrange: async (stage) => {
      await deployPlatform(stage);
      await stage.bench.unprovision([newPlatform(stage)]);
    },
    act: deployPlatform,
    mend: purgeVaults,
    happened: () => true,
  },
  {
    name: 'publish-throttled',
    area: 'workspace',
    fault: 'The workspace is busy and fails while artifacts are published.',
    outcome: recovered,
    arrange: (stage) => {
      stage.break({ host: developmentHost, method: 'PUT', fault: busy, times: 3 });
      stage.break({ host: developmentHost, method: 'PUT', fault: broken, after: 2 });
    },
    act: deployChange,
  },
  {
    name: 'publish-conflict',
    area: 'workspace',
    fault: 'Somebody published the same artifact a moment before: its ETag is another one.',
    outcome: stopped('AZURE_REFUSED', /412 PreconditionFailed/),
    arrange: (stage) => {
      const fault = { kind: 'status', status: 412, code: 'PreconditionFailed', shape: 'flat' } as const;
      stage.break({ host: developmentHost, method: 'PUT', fault, after: 1 });
    },
    act: deployChange,
  },
  {
    name: 'publish-operation-fails',
    area: 'workspace',
    fault: 'An artifact is taken, and the operation that stores it ends with a failure.',
    outcome: stopped('PROVISIONING_NOT_STORED', /did not come to be.*400 BadRequest/),
    arrange: (stage) => {
      const fault = { kind: 'status', status: 400, code: 'BadRequest', shape: 'flat' } as const;
      stage.break({ host: developmentHost, method: 'GET', path: /\/operationResults\//i, fault });
    },
    act: deployChange,
  },
  {
    name: 'publish-fails-quietly',
    area: 'workspace',
    fault: 'An artifact is taken, and that it was not stored is said with status 200.',
    outcome: stopped('PROVISIONING_NOT_STORED', /did not come to be: Failed/),
    arrange: (stage) => stage.break({ host: developmentHost, method: 'PUT', fault: notStored }),
    act: deployChange,
  },
  {
    name: 'deploy-operation-fails',
    area: 'resource manager',
    fault: 'An account is accepted, and the operation that makes it ends with a failure.',
    outcome: stopped('PROVISIONING_NOT_STORED', /did not come to be: Failed/),
    arrange: (stage) =>
      stage.break({ host: managementHost, method: 'PUT', path: /storageAccounts\/[^/]+\?/, fault: notStored }),
    act: deployPlatform,
  },
];
