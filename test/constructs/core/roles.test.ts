import { resourceId } from '../../../constructs/core/resource-id';
import { azureRoles, folderCondition } from '../../../constructs/core/roles';

const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

describe('folderCondition', () => {
  test('keeps reading and listing to one folder and what is in it (ACCESS5)', () => {
    expect(folderCondition(['Refined/M365/v1.14/general'], 'read')).toBe(
      `((!(ActionMatches{'${blobs}/read'} AND NOT SubOperationMatches{'Blob.List'})) OR ` +
        `(@Resource[${blobs}:path] StringEquals 'Refined/M365/v1.14/general' OR ` +
        `@Resource[${blobs}:path] StringStartsWith 'Refined/M365/v1.14/general/')) AND ` +
        `((!(ActionMatches{'${blobs}/read'} AND SubOperationMatches{'Blob.List'})) OR ` +
        `(@Request[${blobs}:prefix] StringEquals 'Refined/M365/v1.14/general' OR ` +
        `@Request[${blobs}:prefix] StringStartsWith 'Refined/M365/v1.14/general/'))`,
    );
  });

  test('keeps every way of writing to the folders too', () => {
    expect(folderCondition(['dev', 'sandboxes'], 'write')).toBe(
      `((!(ActionMatches{'${blobs}/read'} AND NOT SubOperationMatches{'Blob.List'}) AND ` +
        `!(ActionMatches{'${blobs}/write'}) AND !(ActionMatches{'${blobs}/add/action'}) AND ` +
        `!(ActionMatches{'${blobs}/delete'}) AND !(ActionMatches{'${blobs}/move/action'})) OR ` +
        `(@Resource[${blobs}:path] StringEquals 'dev' OR @Resource[${blobs}:path] StringStartsWith 'dev/' OR ` +
        `@Resource[${blobs}:path] StringEquals 'sandboxes' OR @Resource[${blobs}:path] StringStartsWith 'sandboxes/')) AND ` +
        `((!(ActionMatches{'${blobs}/read'} AND SubOperationMatches{'Blob.List'})) OR ` +
        `(@Request[${blobs}:prefix] StringEquals 'dev' OR @Request[${blobs}:prefix] StringStartsWith 'dev/' OR ` +
        `@Request[${blobs}:prefix] StringEquals 'sandboxes' OR @Request[${blobs}:prefix] StringStartsWith 'sandboxes/'))`,
    );
  });

  test('keeps who delivers to writing and listing, and reads no file', () => {
    expect(folderCondition([], 'write', ['in'])).toBe(
      `((!(ActionMatches{'${blobs}/read'} AND NOT SubOperationMatches{'Blob.List'})) OR ` +
        `(@Resource[${blobs}:path] StringEquals '/')) AND ` +
        `((!(ActionMatches{'${blobs}/write'}) AND !(ActionMatches{'${blobs}/add/action'}) AND ` +
        `!(ActionMatches{'${blobs}/delete'}) AND !(ActionMatches{'${blobs}/move/action'})) OR ` +
        `(@Resource[${blobs}:path] StringEquals 'in' OR @Resource[${blobs}:path] StringStartsWith 'in/')) AND ` +
        `((!(ActionMatches{'${blobs}/read'} AND SubOperationMatches{'Blob.List'})) OR ` +
        `(@Request[${blobs}:prefix] StringEquals 'in' OR @Request[${blobs}:prefix] StringStartsWith 'in/'))`,
    );
  });

  test.each(['', '/a', 'a/', "a' OR 'a", 'a//b', 'a b', '${x}'])('refuses the folder %j', (folder) => {
    expect(() => folderCondition([folder], 'read')).toThrow(
      new RangeError(`"${folder}" is not a folder of a container.`),
    );
  });
});

test('the roles that grants use, as Azure calls them', () => {
  expect(azureRoles).toEqual({
    readBlobs: 'Storage Blob Data Reader',
    writeBlobs: 'Storage Blob Data Contributor',
    readSecrets: 'Key Vault Secrets User',
  });
});

test('resourceId puts names and kinds together', () => {
  const place = { subscriptionId: 's', resourceGroupName: 'rg' };
  expect([
    resourceId(place, 'Microsoft.Synapse/workspaces', 'w'),
    resourceId(place, 'Microsoft.Network/virtualNetworks/subnets', 'v', 'n'),
  ]).toEqual([
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Synapse/workspaces/w',
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/n',
  ]);
});
