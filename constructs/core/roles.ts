/** The Azure roles that grants use, by what they are used for; no other file spells a role. */
export const azureRoles = {
  readBlobs: 'Storage Blob Data Reader',
  /** Includes deleting the container through ARM, which no condition stops: for identities and workbenches only. */
  writeBlobs: 'Storage Blob Data Contributor',
  readSecrets: 'Key Vault Secrets User',
} as const;

export type AzureRole = keyof typeof azureRoles;

const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** What `Storage Blob Data Contributor` may do with a blob beside reading it. */
const writingActions = ['write', 'add/action', 'delete', 'move/action'] as const;

/** The path of no blob, because paths begin without a slash: each action of a condition needs something to compare. */
const noBlob = '/';

/**
 * The condition that keeps a role on a container to some of its folders (ACCESS5): reading and writing by the blob's path,
 * listing by the prefix that is asked for. The folders themselves are included: their own properties are read first.
 * @param folders paths in the container, without a slash at either end; letters, digits and `._-/` only.
 * @param delivered folders that are written and listed beside them, and of which no file is read; for `write` only.
 * @throws RangeError for another folder, which could end the condition's string.
 */
export function folderCondition(
  folders: readonly string[],
  access: 'read' | 'write',
  delivered: readonly string[] = [],
): string {
  const all = [...folders, ...delivered];
  const bad = all.find((folder) => !/^[\w.-]+(\/[\w.-]+)*$/.test(folder));
  if (bad !== undefined) throw new RangeError(`"${bad}" is not a folder of a container.`);
  const inside = (attribute: string, some: readonly string[]): string =>
    `(${some
      .map((folder) => `${attribute} StringEquals '${folder}' OR ${attribute} StringStartsWith '${folder}/'`)
      .join(' OR ')})`;
  const notRead = `!(ActionMatches{'${blobs}/read'} AND NOT SubOperationMatches{'Blob.List'})`;
  const notWrite = access === 'read' ? [] : writingActions.map((action) => `!(ActionMatches{'${blobs}/${action}'})`);
  const path = `@Resource[${blobs}:path]`;
  const readable = folders.length === 0 ? `(${path} StringEquals '${noBlob}')` : inside(path, folders);
  const byPath =
    delivered.length === 0
      ? [`((${[notRead, ...notWrite].join(' AND ')}) OR ${readable})`]
      : [`((${notRead}) OR ${readable})`, `((${notWrite.join(' AND ')}) OR ${inside(path, all)})`];
  const byPrefix = `((!(ActionMatches{'${blobs}/read'} AND SubOperationMatches{'Blob.List'})) OR ${inside(`@Request[${blobs}:prefix]`, all)})`;
  return [...byPath, byPrefix].join(' AND ');
}
