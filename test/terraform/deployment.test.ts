import { rmSync } from 'node:fs';
import { compareInventories, takeInventory } from '../../src/rehearsal/azure-inventory';
import { deployedState } from './deployed-state';
import { providerDefaultDifferences } from './provider-defaults';
import { longest, projectWithProviders, ProviderProject, withProviders } from './provider-project';
import { stateDifferences } from './state-differences';

/** `insights deploy` and `destroy` of the development environment with the real providers against a local Azure. */

const project = projectWithProviders();
const { run, title } = withProviders(project, 'deploys what was interrupted, changes in place, and leaves nothing');

afterAll(() => {
  if (project !== undefined) rmSync(project, { recursive: true });
});

/** What changed, by the lines of a plan that name artifacts. */
function plannedArtifacts(printed: string): string[] {
  const lines = printed.matchAll(/^ {8}(\w+) azapi_data_plane_resource\.Artifacts_([\w-]+)_[0-9A-F]{8}$/gm);
  return [...lines].map(([, action, name]) => `${action} ${name}`).sort();
}

run(
  title,
  async () => {
    // Without test data: what the plan then runs is tested by the rehearsal.
    const dev = new ProviderProject(project ?? '', 'dev', { teardown: { deleteData: true } });
    const direct = await dev.open();
    const expected = await direct
      .provision()
      .then(() => deployedState(direct.azure.services.world))
      .finally(() => direct.stop());
    const rehearsal = await dev.open();
    const { world } = rehearsal.azure.services;
    try {
      const nothing = takeInventory(world);
      expect(await dev.interrupt(rehearsal)).toBe(3);
      const deployed = await dev.run(rehearsal, ['deploy', '--yes']);
      expect(deployed).toContain('dev-insights: done in');
      expect(deployed).toContain('  lake_url: https://stoeainsightsdev.dfs.core.windows.net\n');
      const { resources, ...others } = deployedState(world);
      const { resources: directly, ...expectedOthers } = expected;
      expect(others).toEqual(expectedOthers);
      expect(Object.keys(resources).sort()).toEqual(Object.keys(directly).sort());
      expect(stateDifferences(directly, resources)).toEqual(providerDefaultDifferences());

      const again = await dev.run(rehearsal, ['deploy', '--yes']);
      expect(again.split('\n').filter((line) => line.endsWith('nothing to do'))).toEqual([
        'dev-platform: nothing to do',
        'dev-insights: nothing to do',
      ]);

      dev.change('assets/pipelines/5_maintain_insights.json', '"description": "', '"description": "Changed. ');
      dev.change('assets/notebooks/Insights_maintenance.py', '# Run weekly', '# Run every week');
      const changed = await dev.run(rehearsal, ['deploy', '--yes']);
      expect(plannedArtifacts(changed)).toEqual([
        'update notebooks_Insights_maintenance',
        'update pipelines_5_maintain_insights',
      ]);
      expect(changed).not.toMatch(/^ {8}(replace|destroy) azapi_data_plane_resource/m);

      // Who deploys may not read all that goes, and so cannot list it.
      await dev.run(rehearsal, ['destroy', '--platform', '--without-inventory', '--yes', '--confirm', 'dev']);
      const left = compareInventories(nothing, takeInventory(world));
      expect(left).toEqual({ added: [], removed: [], changed: [] });
      expect(rehearsal.azure.unknownOperations).toEqual([]);
    } finally {
      await rehearsal.stop();
    }
  },
  longest,
);
