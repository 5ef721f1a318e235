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

/**
 * The condition that keeps a role on a container to some of its folders (ACCESS5): reading and writing by the blob's path,
 * listing by the prefix that is asked for. The folders themselves are included: their own properties are read first.
 * @param folders paths in the container, without a slash at either end; letters, digits and `._-/` only.
 * @throws RangeError for another folder, which could end the condition's string.
 */
export function folderCondition(folders: readonly string[], access: 'read' | 'write'): string {
  const bad = folders.find((folder) => !/^[\w.-]+(\/[\w.-]+)*$/.test(folder));
  if (bad !== undefined) throw new RangeError(`"${bad}" is not a folder of a container.`);
  const inside = (attribute: string): string =>
    `(${folders
      .map((folder) => `${attribute} StringEquals '${folder}' OR ${attribute} StringStartsWith '${folder}/'`)
      .join(' OR ')})`;
  const others = access === 'read' ? [] : writingActions.map((action) => `!(ActionMatches{'${blobs}/${action}'})`);
  const notThis = [`!(ActionMatches{'${blobs}/read'} AND NOT SubOperationMatches{'Blob.List'})`, ...others];
  return [
    `((${notThis.join(' AND ')}) OR ${inside(`@Resource[${blobs}:path]`)})`,
    `((!(ActionMatches{'${blobs}/read'} AND SubOperationMatches{'Blob.List'})) OR ${inside(`@Request[${blobs}:prefix]`)})`,
  ].join(' AND ');
}
