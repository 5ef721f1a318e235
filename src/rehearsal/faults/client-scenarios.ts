import type { FaultRule } from '../../local-azure/faults';
import { inProcessClients } from '../../local-azure/in-process/clients';
import { defaultSettings } from '../../local-azure/settings';
import { countRuns, deleteSalt, letRecover, recoverSalt } from './interference';
import { recovered, stopped, type FaultScenario } from './scenario';
import type { FaultStage } from './stage';

const identityHost = /^login\.microsoftonline\.com$/;
const developmentHost = /\.dev\.azuresynapse\.net$/;
const vaultHost = /\.vault\.azure\.net$/;
const managementHost = /^management\.azure\.com$/;

const busy = { kind: 'status', status: 429, code: 'TooManyRequests', retryAfter: 0 } as const;
const broken = { kind: 'status', status: 500, code: 'InternalServerError' } as const;

/** Operations sign in anew: what an earlier scenario was given is not used. */
function signInAnew({ bench }: FaultStage): void {
  bench.clients = inProcessClients(bench.azure);
}

async function ensureSalt({ bench, saltName }: FaultStage): Promise<void> {
  const { subscriptionId } = bench.azure.services.world.settings;
  const vaultId = `/subscriptions/${subscriptionId}/resourceGroups/${bench.names.resourceGroup}/providers/Microsoft.KeyVault/vaults/${bench.names.keyVault}`;
  await bench.operation('ensure-salt', { vaultId, secretName: saltName });
}

function awaitWorkspace({ bench, developmentHost: host }: FaultStage, timeoutSeconds: number): Promise<void> {
  return bench.operation('await-workspace', {
    workspaceName: bench.names.synapseWorkspace,
    developmentEndpoint: `https://${host}`,
    stabilitySeconds: 0,
    timeoutSeconds,
  });
}

const startOfRun: Pick<FaultRule, 'host' | 'method' | 'path'> = {
  host: developmentHost,
  method: 'POST',
  path: /\/createRun\?/,
};

/** What goes wrong between an operation and the services that it asks: identity, resource manager, vault, workspace. */
export const clientScenarios: readonly FaultScenario[] = [
  {
    name: 'sign-in-throttled',
    area: 'identity',
    fault: 'Entra ID is busy and refuses three requests for a token.',
    outcome: recovered,
    arrange: (stage) => {
      signInAnew(stage);
      stage.break({ host: identityHost, method: 'POST', fault: busy, times: 3 });
    },
  },
  {
    name: 'sign-in-fails-once',
    area: 'identity',
    fault: 'Entra ID fails once.',
    outcome: recovered,
    arrange: (stage) => {
      signInAnew(stage);
      stage.break({ host: identityHost, method: 'POST', fault: broken });
    },
  },
  {
    name: 'token-expires-in-run',
    area: 'identity',
    fault: 'Tokens are good for a second only, so every one expires while the run is followed.',
    outcome: recovered,
    arrange: (stage) => {
      signInAnew(stage);
      stage.bench.azure.configure({ tokenSeconds: 1 });
    },
    mend: ({ bench }) => bench.azure.configure({ tokenSeconds: 3600 }),
    happened: ({ requests }) =>
      requests.filter(({ host, method }) => identityHost.test(host) && method === 'POST').length > 1,
  },
  {
    name: 'token-revoked-in-run',
    area: 'identity',
    fault: 'The identity is signed out everywhere while the run is followed.',
    outcome: stopped('AZURE_REFUSED', /401 ExpiredAuthenticationToken/),
    arrange: (stage) => {
      stage.bench.portFaults.notebook = async (_, run) => {
        stage.bench.azure.services.tokens.expireAll();
        stage.strike();
        return run();
      };
    },
    mend: signInAnew,
  },
  {
    name: 'salt-asked-429',
    area: 'resource manager',
    fault: 'The resource manager refuses four requests because there were too many.',
    outcome: recovered,
    arrange: (stage) => stage.break({ host: managementHost, fault: busy, times: 4 }),
    act: ensureSalt,
  },
  {
    name: 'salt-asked-500',
    area: 'resource manager',
    fault: 'The resource manager fails once.',
    outcome: recovered,
    arrange: (stage) => stage.break({ host: managementHost, fault: broken }),
    act: ensureSalt,
  },
  {
    name: 'salt-deleted',
    area: 'vault',
    fault: 'Somebody deleted the salt, and the deployer may not bring it back.',
    outcome: stopped('SALT_DELETED', /could not be recovered/),
    arrange: deleteSalt,
    act: ensureSalt,
    mend: recoverSalt,
    happened: () => true,
  },
  {
    name: 'vault-busy',
    area: 'vault',
    fault: 'The salt was deleted, and the vault refuses to bring it back twice because it is busy.',
    outcome: recovered,
    arrange: (stage) => {
      deleteSalt(stage);
      letRecover(stage);
      stage.break({ host: vaultHost, method: 'POST', fault: busy, times: 2 });
    },
    act: ensureSalt,
  },
  {
    name: 'vault-closed',
    area: 'vault',
    fault: 'The salt was deleted, and the vault lets nobody in to bring it back.',
    outcome: stopped('SALT_DELETED', /could not be recovered/),
    arrange: (stage) => {
      deleteSalt(stage);
      stage.break({ host: vaultHost, fault: { kind: 'status', status: 403, code: 'Forbidden' }, times: 20 });
    },
    act: ensureSalt,
    mend: recoverSalt,
  },
  {
    name: 'run-start-throttled',
    area: 'workspace',
    fault: 'The workspace refuses to start the run three times because it is busy.',
    outcome: recovered,
    arrange: (stage) => stage.break({ ...startOfRun, fault: busy, times: 3 }),
  },
  {
    name: 'run-start-answer-lost',
    area: 'workspace',
    fault: 'The run starts, and the connection is cut before the answer comes.',
    outcome: recovered,
    arrange: (stage) => stage.break({ ...startOfRun, fault: { kind: 'reset', afterwards: true } }),
    happened: async (stage) => stage.haveHit && (await countRuns(stage)) === 1,
  },
  {
    name: 'run-start-refused-500',
    area: 'workspace',
    fault: 'The workspace fails when the run is started.',
    outcome: recovered,
    arrange: (stage) => stage.break({ ...startOfRun, fault: broken }),
    happened: async (stage) => stage.haveHit && (await countRuns(stage)) === 1,
  },
  {
    name: 'run-poll-unknown',
    area: 'workspace',
    fault: 'The workspace does not know the run for a moment after it was started.',
    outcome: recovered,
    arrange: (stage) => {
      const fault = { kind: 'status', status: 404, code: 'PipelineRunNotFound', shape: 'flat' } as const;
      stage.break({ host: developmentHost, method: 'GET', path: /\/pipelineruns\//, fault, times: 2 });
    },
  },
  {
    name: 'run-poll-slow',
    area: 'workspace',
    fault: 'One connection is cut while the run is asked for, and the next answer is slow.',
    outcome: recovered,
    arrange: (stage) => {
      const polled = { host: developmentHost, method: 'GET', path: /\/pipelineruns\// } as const;
      // In this order the cut one is asked again, so that both happen however fast the run is.
      stage.break({ ...polled, fault: { kind: 'reset' } });
      stage.break({ ...polled, fault: { kind: 'slow', milliseconds: 300 } });
    },
  },
  {
    name: 'firewall-closed',
    area: 'workspace',
    fault: 'The address that the operations come from is not allowed.',
    outcome: stopped('WORKSPACE_NOT_READY', /403 ClientIpAddressNotAuthorized/),
    arrange: ({ bench }) => bench.azure.configure({ clientAddress: '198.51.100.7' }),
    act: async (stage) => {
      // Nobody waits for what does not come by itself; once it is open there is time.
      const isOpen = stage.bench.azure.services.world.settings.clientAddress === defaultSettings.clientAddress;
      await awaitWorkspace(stage, isOpen ? 60 : 0);
      await stage.run();
    },
    mend: ({ bench }) => bench.azure.configure({ clientAddress: defaultSettings.clientAddress }),
    happened: () => true,
  },
  {
    name: 'firewall-opens-late',
    area: 'workspace',
    fault: 'The firewall rule is reported as done and works only after four more questions.',
    outcome: recovered,
    arrange: (stage) => {
      const fault = { kind: 'status', status: 403, code: 'ClientIpAddressNotAuthorized', shape: 'flat' } as const;
      stage.break({ host: developmentHost, method: 'GET', fault, times: 4 });
    },
    act: (stage) => awaitWorkspace(stage, 60),
  },
];
