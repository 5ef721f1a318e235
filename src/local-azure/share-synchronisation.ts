import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { blobFacts } from './access/access';
import { reaches } from './access/network-rules';
import { child, text, type Json } from './http';
import type { OfferedDataSet, OfferedShare, Principal } from './settings';
import type { ResourceContent } from './resource-manager/resource-store';
import type { Services } from './resource-manager/resource-type';

/** One file of a snapshot, as it is now at the sender. */
interface SourceFile {
  readonly path: string;
  readonly file: string;
  readonly modified: number;
}

/**
 * Copies a share's snapshot into the folders of its mappings: everything, or what is new or changed since the last copy.
 * The account's identity writes, so without its role or a way through the network the run fails, as a run and not as a call.
 * @returns the run, with a line per data set in `details`
 */
export async function synchronize(
  services: Services,
  subscription: ResourceContent,
  share: OfferedShare,
  mode: 'Incremental' | 'FullSync',
  caller: Principal,
): Promise<Json> {
  const { world, store } = services;
  const startTime = world.clock.timestamp();
  const details: Json[] = [];
  for (const { content: mapping } of store.ofType(
    'Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings',
    subscription.id,
  )) {
    const dataSet = share.dataSets.find(({ id }) => id === mapping.properties['dataSetId']);
    if (dataSet === undefined) continue;
    const problem = refusalOf(services, subscription, mapping);
    const copied = problem === undefined ? await copy(services, mapping, dataSet, mode) : { files: 0, bytes: 0 };
    details.push({
      dataSetId: dataSet.id,
      name: dataSet.name,
      dataSetType: 'AdlsGen2Folder',
      status: problem === undefined ? 'Succeeded' : 'Failed',
      startTime,
      endTime: world.clock.timestamp(),
      filesRead: copied.files,
      filesWritten: copied.files,
      sizeRead: copied.bytes,
      sizeWritten: copied.bytes,
      message: problem ?? '',
    });
  }
  const failed = details.find(({ status }) => status === 'Failed');
  return {
    synchronizationId: randomUUID(),
    synchronizationMode: mode,
    status: failed === undefined ? 'Succeeded' : 'Failed',
    startTime,
    endTime: world.clock.timestamp(),
    durationMs: 0,
    message: failed?.['message'] ?? '',
    userName: caller.displayName,
    details,
  };
}

/** Why the account's identity cannot write where a mapping leads to. */
function refusalOf(
  { world, store, access }: Services,
  subscription: ResourceContent,
  mapping: ResourceContent,
): string | undefined {
  const { storageAccountName, fileSystem, folderPath } = mapping.properties;
  const target = store.named('Microsoft.Storage/storageAccounts', text(storageAccountName));
  const accountId = subscription.id.split(/\/sharesubscriptions\//i)[0] ?? '';
  const account = store.get(accountId)?.content;
  const principal = world.principal(text(child(account, 'identity')['principalId']));
  if (target === undefined || account === undefined || principal === undefined)
    return 'The target account does not exist.';
  const { id } = target.content;
  if (!reaches(world, target, { kind: 'resource', resourceId: account.id }, ['blob', 'dfs'])) {
    return 'The network rules of the target account refuse the Data Share account.';
  }
  const isAllowed = access.allows({
    principal,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write',
    scope: `${id}/blobServices/default/containers/${text(fileSystem)}`,
    facts: blobFacts(text(folderPath), undefined),
  });
  return isAllowed ? undefined : 'The identity of the Data Share account has no role on the target account.';
}

async function copy(
  { world, blobs }: Services,
  mapping: ResourceContent,
  dataSet: OfferedDataSet,
  mode: 'Incremental' | 'FullSync',
): Promise<{ readonly files: number; readonly bytes: number }> {
  const copiedUntil = world.collection<Readonly<Record<string, number>>>('copiedFiles');
  const known = mode === 'FullSync' ? {} : (copiedUntil.get(mapping.id.toLowerCase()) ?? {});
  const { storageAccountName, fileSystem, folderPath } = mapping.properties;
  const files = filesBelow(dataSet.folder);
  let bytes = 0;
  const changed = files.filter(({ path: name, modified }) => known[name] !== modified);
  for (const { path: name, file } of changed) {
    const content = readFileSync(file);
    await blobs.write(
      text(storageAccountName),
      text(fileSystem),
      `${text(folderPath)}/${dataSet.path}/${name}`,
      content,
    );
    bytes += content.length;
  }
  copiedUntil.set(
    mapping.id.toLowerCase(),
    Object.fromEntries(files.map(({ path: name, modified }) => [name, modified])),
  );
  return { files: changed.length, bytes };
}

function filesBelow(folder: string): SourceFile[] {
  return readdirSync(folder, { encoding: 'utf8', recursive: true })
    .sort()
    .map((name) => ({ path: name.split(path.sep).join('/'), file: path.join(folder, name) }))
    .map((each) => ({ ...each, found: statSync(each.file) }))
    .filter(({ found }) => found.isFile())
    .map(({ found, ...each }) => ({ ...each, modified: found.mtimeMs }));
}
