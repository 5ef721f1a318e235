import { blobFacts } from '../../../src/local-azure/access/access';
import { parseCondition } from '../../../src/local-azure/access/condition';
import type { Json } from '../synthesised';

const read = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';

/** Whether the condition of a role assignment lets files of a folder be read, as the local Azure understands it. */
export function readsFolder({ condition }: Json, folder: string): boolean {
  if (typeof condition !== 'string') return true;
  return parseCondition(condition)({ action: read, ...blobFacts(`${folder}/file`, undefined) });
}
