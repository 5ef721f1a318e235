import type { VerificationReport } from '../contract/lake-format';
import { testDataFolder } from '../contract/project-folders';
import { BlobStore } from '../lake/blob-store';
import type { LakeStore } from '../lake/store';
import { awaitWorkspace } from './await-workspace';
import type { AzureClients } from './azure-clients';
import { BlobTestData } from './blob-test-data';
import type { Clock } from './clock';
import { committedSet } from './committed-set';
import type { OperationContracts, OperationName, VerifyStagesInput } from './contracts';
import { ensureSalt, ResourceManagerSecrets } from './ensure-salt';
import { loadTestData, removeTestData } from './load-test-data';
import { runPipeline } from './run-pipeline';
import { SynapseClient } from './synapse-client';
import { DataPlaneSecrets, readSecret } from './vault-client';
import { VaultSecrets } from './vault-secrets';
import { verifyStages, type VerificationSecrets } from './verify-stages';

export type OperationAction = 'create' | 'delete';

/** The world around an operation. */
export interface OperationSurroundings {
  readonly azure: AzureClients;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Folder of the project: the committed test sets are below it. */
  readonly projectRoot: string;
  /** The verification, which is of the same layer as the operations and so is handed in. */
  readonly verify: (
    store: LakeStore,
    input: VerifyStagesInput,
    secrets: VerificationSecrets,
  ) => Promise<VerificationReport>;
}

type Runner<N extends OperationName> = (
  input: OperationContracts[N]['input'],
  around: OperationSurroundings,
  action: OperationAction,
) => Promise<OperationContracts[N]['report'] | null>;

type Runners = { readonly [N in OperationName]: Runner<N> };

/** What each operation does on create; on delete only test data leaves, all else has nothing to undo. */
const runners: Runners = {
  'ensure-salt': (input, { azure, print }) =>
    ensureSalt(input, {
      resourceManager: new ResourceManagerSecrets(azure.resourceManager(), input.vaultId),
      dataPlane: new DataPlaneSecrets(azure.secrets(input.vaultId)),
      print,
    }),
  'await-workspace': (input, { azure, ...around }) => {
    const service = new SynapseClient(azure.development(), input.developmentEndpoint);
    return awaitWorkspace(input, { ...around, probe: () => service.probe() });
  },
  'load-test-data': async ({ blobEndpoint, set }, { azure, projectRoot, ...around }, action) => {
    const ports = { ...around, place: new BlobTestData(azure.blobs(blobEndpoint), set) };
    if (action === 'delete') return removeTestData(ports);
    return loadTestData(await committedSet(testDataFolder(projectRoot), set), ports);
  },
  'run-pipeline': (input, { azure, ...around }) =>
    runPipeline(input, { ...around, service: new SynapseClient(azure.development(), input.developmentEndpoint) }),
  'verify-stages': async (input, { azure, print, verify }) => {
    const store = new BlobStore(azure.blobs(input.blobEndpoint));
    try {
      return await verifyStages(input, {
        print,
        readSalt: ({ vaultId, secretName }) => readSecret(azure.secrets(vaultId), secretName),
        readErasureKey: ({ vaultId, secretName }) => new VaultSecrets(azure.secrets(vaultId)).read(secretName),
        verify: (given, secrets) => verify(store, given, secrets),
      });
    } finally {
      await store.close();
    }
  },
};

/**
 * Runs one operation with a checked input. A delete that has nothing to undo reports null and speaks to nobody.
 * @throws InsightsError of the operation
 */
export async function runOperation<N extends OperationName>(
  name: N,
  action: OperationAction,
  input: OperationContracts[N]['input'],
  around: OperationSurroundings,
): Promise<OperationContracts[N]['report'] | null> {
  if (action === 'delete' && name !== 'load-test-data') return null;
  const runner = runners[name] as Runner<N>;
  return runner(input, around, action);
}
