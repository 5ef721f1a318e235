import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { azureClients } from '../azure-clients';
import { RestClient } from '../rest-client';
import { whoIsSignedIn } from '../signed-in';
import type { AzureAnswer, DoctorEffects } from './effects';

type Variables = DoctorEffects['variables'];

/** A program that does not answer in this time is taken for absent. */
const programTimeout = 20_000;
const reachTimeout = 5_000;

/** The world as it is. Azure is asked twice at most, because the doctor should not keep anybody waiting. */
export function realEffects(variables: Variables, projectRoot: string): DoctorEffects {
  const load = createRequire(join(projectRoot, 'package.json'));
  let silent = false;
  return {
    variables,
    nodeVersion: process.version,
    platform: `${process.platform === 'win32' ? 'windows' : process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`,
    run: (program, ...words) => {
      const { error, status, stdout } = spawnSync(program, words, {
        encoding: 'utf8',
        timeout: programTimeout,
        env: { ...variables, CHECKPOINT_DISABLE: '1' },
        // On Windows `az` is a batch file; its words are ours, never a user's.
        shell: process.platform === 'win32',
      });
      return error === undefined ? { status, stdout } : undefined;
    },
    hasPackage: (name) => {
      try {
        load.resolve(`${name}/package.json`);
        return true;
      } catch {
        return false;
      }
    },
    readText: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    exists: existsSync,
    reach: reachThroughProxy,
    askAzure: async (path) => {
      if (silent) return undefined;
      const answer = await askResourceManager(variables, path);
      silent = answer === undefined;
      return answer;
    },
    signedIn: async () => {
      if (silent) return undefined;
      try {
        return await whoIsSignedIn(azureClients(variables), 'https://management.azure.com/.default');
      } catch {
        return undefined;
      }
    },
  };
}

/** With the proxy of the environment, which Node's own `fetch` does not know. */
async function reachThroughProxy(url: string): Promise<boolean> {
  const { createDefaultHttpClient, createPipelineFromOptions, createPipelineRequest } =
    require('@azure/core-rest-pipeline') as typeof import('@azure/core-rest-pipeline');
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  const request = createPipelineRequest({
    url,
    abortSignal: AbortSignal.timeout(reachTimeout),
    allowInsecureConnection: true,
  });
  return pipeline.sendRequest(createDefaultHttpClient(), request).then(
    ({ status }) => status < 400,
    () => false,
  );
}

async function askResourceManager(variables: Variables, path: string): Promise<AzureAnswer | undefined> {
  const { credential } = azureClients(variables);
  const client = new RestClient({
    credential,
    scope: 'https://management.azure.com/.default',
    retryOptions: { maxRetries: 1 },
  });
  const accept = [200, 400, 401, 403, 404, 409];
  try {
    return await client.send({ method: 'GET', url: `https://management.azure.com${path}`, accept });
  } catch {
    return undefined;
  }
}
