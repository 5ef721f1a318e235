import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  importFile,
  planAdoption,
  plannedArtifacts,
  plannedParts,
  type ExistingArtifact,
  type ImportBlock,
} from '../artifacts/adoption';
import { artifactKinds, type JsonObject, type JsonValue } from '../artifacts/model';
import { InsightsError } from '../contract/errors';
import { isAbsent, type RestClient } from '../operations/rest-client';

/** Terraform reads every `.tf.json` of the folder; this one is there only while its blocks are true. */
const adoptionFile = 'adoption.tf.json';
const apiVersion = '2020-12-01';

export interface AdoptionRequest {
  readonly folder: string;
  readonly stateAddresses: readonly string[];
  /** `<workspace>.dev.azuresynapse.net`. */
  readonly host: string;
  /** Of the development endpoint. */
  readonly client: RestClient;
  readonly print: (line: string) => void;
}

/**
 * Prepares the import of what an interrupted deployment left in the workspace, and stops its triggers, which could not be
 * changed while they are started. Where there is no workspace yet there is nothing to adopt.
 * @throws InsightsError ARTIFACT_FOREIGN for what is in the way and not ours (OWN3).
 */
export async function prepareAdoption(request: AdoptionRequest): Promise<void> {
  const { folder, stateAddresses, host, client, print } = request;
  dropAdoption(folder);
  const stack = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as JsonValue;
  const planned = plannedArtifacts(stack);
  const parts = plannedParts(stack).filter(({ address }) => !stateAddresses.includes(address));
  if (parts.length === 0 && planned.every(({ address }) => stateAddresses.includes(address))) return;
  const existing = await listArtifacts(client, host);
  const { imports, startedTriggers, foreign } = planAdoption(planned, stateAddresses, existing, host);
  if (foreign.length > 0) {
    throw new InsightsError(
      'ARTIFACT_FOREIGN',
      `The workspace has artifacts of these names that are not ours: ${foreign.join(', ')}.`,
      {
        place: { path: host },
      },
    );
  }
  for (const name of startedTriggers) {
    const url = `https://${host}/triggers/${encodeURIComponent(name)}/stop?api-version=${apiVersion}`;
    await client.send({ method: 'POST', url });
  }
  const all = [...imports, ...(await existingParts(parts, client, host))];
  const content = importFile(all);
  if (content === undefined) return;
  print(`${all.length} parts of an interrupted deployment are taken over.`);
  writeFileSync(join(folder, adoptionFile), content);
}

/** Roles and ways out that are there already; their names are made of what they are, so that they are ours. */
async function existingParts(
  parts: ReturnType<typeof plannedParts>,
  client: RestClient,
  host: string,
): Promise<readonly ImportBlock[]> {
  const imports: ImportBlock[] = [];
  for (const { address, type, path } of parts) {
    const url = `https://${host}/${path}?api-version=${apiVersion}`;
    const isThere = await client.send({ method: 'GET', url }).then(
      () => true,
      (error: unknown) => {
        if (isAbsent(error)) return false;
        throw error;
      },
    );
    if (isThere) imports.push({ to: address, id: `${host}/${path}|${type}` });
  }
  return imports;
}

export function dropAdoption(folder: string): void {
  rmSync(join(folder, adoptionFile), { force: true });
}

/** None where there is no workspace yet. */
export async function listArtifacts(client: RestClient, host: string): Promise<readonly ExistingArtifact[]> {
  const found: ExistingArtifact[] = [];
  for (const kind of artifactKinds) {
    let url: string | undefined = `https://${host}/${kind}?api-version=${apiVersion}`;
    while (url !== undefined) {
      const answer = await client.send({ method: 'GET', url }).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      if (answer === undefined) return [];
      const page = answer.body as { readonly value?: readonly JsonObject[]; readonly nextLink?: string };
      for (const { name, properties } of page.value ?? []) {
        found.push({ kind, name: name as string, properties: (properties ?? {}) as JsonObject });
      }
      url = page.nextLink;
    }
  }
  return found;
}
