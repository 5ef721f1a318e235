import path from 'node:path';
import { refuseUnknown } from '../../src/local-azure/running';
import { defaultSettings } from '../../src/local-azure/settings';
import { compareInventories, takeInventory } from '../../src/rehearsal/azure-inventory';
import { OpenRehearsal } from '../../src/rehearsal/open-rehearsal';
import { refuseChanges } from '../../src/rehearsal/rehearse';
import { verifyRehearsal } from '../../src/rehearsal/verify-rehearsal';
import { makeOeaWorkspace } from '../rehearsal/oea-workspace';
import { existingWorkspace } from '../support/environment-parts';

const projectRoot = path.resolve(__dirname, '../..');

test('into a workspace as the installer of OEA leaves it everything is deployed, run, verified and taken away again; what was there stays as it was (OWN3)', async () => {
  const rehearsal = await OpenRehearsal.open({
    projectRoot,
    folder: path.join(projectRoot, '.insights', 'test-existing-workspace'),
    environment: 'dev',
    testData: 'k12',
    changes: { workspace: existingWorkspace, keyVault: undefined, teardown: { deleteData: true } },
    variables: process.env,
    progress: () => undefined,
  });
  try {
    await makeOeaWorkspace(rehearsal.azure);
    const before = takeInventory(rehearsal.azure.services.world);
    await rehearsal.provision();
    refuseChanges(await rehearsal.provision());
    const { outcome, checks } = await verifyRehearsal(rehearsal, projectRoot);
    expect([outcome, checks.filter(({ status }) => status === 'failed')]).toEqual(['passed', []]);
    await rehearsal.destroy();
    // The lake keeps its data, and the vault the salt of it.
    const { keyVault, resourceGroup } = existingWorkspace;
    const secret = `vaults/${keyVault}/secrets/oeasalt-dev`;
    const group = `/subscriptions/${defaultSettings.subscriptionId}/resourcegroups/${resourceGroup}`;
    expect(compareInventories(before, takeInventory(rehearsal.azure.services.world))).toEqual({
      added: [`resource ${group}/providers/microsoft.keyvault/${secret}`, `secret ${keyVault}/oeasalt-dev`],
      removed: [],
      changed: [],
    });
    refuseUnknown({ requests: rehearsal.azure.requests.length, unknownOperations: rehearsal.azure.unknownOperations });
  } finally {
    await rehearsal.stop();
  }
});
