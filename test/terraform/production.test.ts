import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareInventories, takeInventory } from '../../src/rehearsal/azure-inventory';
import { longest, projectWithProviders, ProviderProject, withProviders } from './provider-project';

/** Production as it is committed, with its private network, deployed by a plan that somebody approved; with the real providers. */

const project = projectWithProviders();
const { run, title } = withProviders(
  project,
  'ORDER4: production is deployed by an approved plan, keeps its data, and loses its disposable stack with both keys only',
);

afterAll(() => {
  if (project !== undefined) rmSync(project, { recursive: true });
});

interface Network {
  readonly private: { readonly resourceGroup: string; readonly virtualNetwork: string; readonly subnet: string };
}

run(
  title,
  async () => {
    const { network } = JSON.parse(readFileSync('environments/prod.json', 'utf8')) as { network: Network };
    const prod = new ProviderProject(project ?? '', 'prod', { network });
    const rehearsal = await prod.open();
    const { world } = rehearsal.azure.services;
    const { resourceGroup, virtualNetwork, subnet } = network.private;
    // Who deploys is in the network that the private endpoints open.
    rehearsal.azure.configure({
      clientSubnet: `/subscriptions/${world.settings.subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/virtualNetworks/${virtualNetwork}/subnets/${subnet}`,
    });
    const plans = join(project ?? '', 'plans');
    const answer = async (words: readonly string[]): Promise<string> => {
      const { exitCode, stderr } = await prod.insights(rehearsal, words);
      return `${exitCode} ${/^[A-Z_]{4,}: .*/m.exec(stderr)?.[0] ?? ''}`;
    };
    try {
      const kept = await prod.run(rehearsal, ['deploy', '--plan-to', plans]);
      const hash = /To be approved: ([0-9a-f]{64})\n/.exec(kept)?.[1] ?? '';
      expect(takeInventory(world)).toEqual({});
      const approved = (given: string) => ['deploy', '--approved-plan', plans, '--approved-hash', given];
      expect(await answer(approved('0'.repeat(64)))).toBe(
        `2 DEPLOYMENT_PLAN_NOT_APPROVED: The plans have the hash ${hash}, which is not the approved one.`,
      );
      const deployed = await prod.run(rehearsal, approved(hash));
      expect(deployed.match(/^prod-\w+: done in/gm)).toEqual(['prod-platform: done in', 'prod-insights: done in']);
      const platform = takeInventory(world);

      const again = await prod.run(rehearsal, ['deploy']);
      expect(again.match(/^prod-\w+: nothing to do$/gm)).toEqual([
        'prod-platform: nothing to do',
        'prod-insights: nothing to do',
      ]);
      expect(compareInventories(platform, takeInventory(world))).toEqual({ added: [], removed: [], changed: [] });

      expect(await answer(['destroy', '--yes', '--confirm', 'prod'])).toBe(
        '2 DEPLOYMENT_PRODUCTION_GUARDED: prod is production, and stays as it is.',
      );
      const keys = ['--production', '--confirm', 'prod', '--yes'];
      expect(await answer(['destroy', '--platform', ...keys])).toBe(
        '2 DEPLOYMENT_DATA_GUARDED: prod does not allow its data to be destroyed.',
      );
      const destroyed = await prod.run(rehearsal, ['destroy', ...keys]);
      expect(destroyed).toMatch(/^prod-insights: nothing is left of it after \d+ s\.$/m);
      const left = Object.keys(takeInventory(world));
      expect(left.filter((name) => /synapse\/workspaces|^workspace |bigdatapools|metricalerts/i.test(name))).toEqual(
        [],
      );
      expect(left.filter((name) => /storageaccounts\/\w+$|vaults\/[\w-]+$/i.test(name))).toHaveLength(2);
      expect(rehearsal.azure.unknownOperations).toEqual([]);
    } finally {
      await rehearsal.stop();
    }
  },
  longest,
);
