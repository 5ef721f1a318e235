import { rmSync } from 'node:fs';
import type { DrillReport } from '../../src/rehearsal/drill';
import { longest, projectWithProviders, ProviderProject, withProviders } from './provider-project';

/** `insights drill --env`: an environment that stands, torn down and made again by Terraform and the real providers. */

const project = projectWithProviders();
const { run, title } = withProviders(
  project,
  'an environment is drilled with Terraform, by the commands of its operator',
);

afterAll(() => {
  if (project !== undefined) rmSync(project, { recursive: true });
});

run(
  title,
  async () => {
    const dev = new ProviderProject(project ?? '', 'dev', {}, 'k12');
    const rehearsal = await dev.open();
    try {
      const { result } = JSON.parse(await dev.run(rehearsal, ['drill', '--confirm', 'dev', '--json'])) as {
        result: DrillReport;
      };
      expect({ ...result, phases: result.phases.map(({ name }) => name), recoverySeconds: 0, rows: 0 }).toEqual({
        scope: 'insights',
        phases: [
          'provision the platform',
          'provision the insights: load, run, verify',
          'empty the lake',
          'destroy the insights',
          'provision the insights again: load, run, verify',
        ],
        recoverySeconds: 0,
        kept: [expect.stringMatching(/^secret .*\/vaults\/kv-oea-insightsdev\/secrets\/oeasalt-dev$/)],
        tables: 40,
        rows: 0,
        samePseudonyms: true,
      });
      expect(result.rows).toBeGreaterThan(30_000);
      expect(rehearsal.azure.unknownOperations).toEqual([]);
    } finally {
      await rehearsal.stop();
    }
  },
  longest,
);
