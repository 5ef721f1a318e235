import { loadCatalogue } from '../../src/catalogue/load';
import { renderDeploymentCell, type DeploymentSettings } from '../../src/catalogue/render/spark-deployment';
import { sparkCatalogue } from '../../src/catalogue/render/spark-document';

const settings: DeploymentSettings = {
  storageAccount: 'stoeadev',
  keyVault: 'kv-oea-dev',
  timeZone: 'America/Los_Angeles',
  settleMinutes: 15,
  columnOrder: 'catalogue',
  heldThreshold: 0.2,
  rejectThreshold: 0.05,
  vacuumRetentionHours: 168,
};

/** What Python's `json.loads(r'''…''')` gets. */
function carried(cell: string): Record<string, unknown> {
  const [, text = ''] = /^import json\n\nINSIGHTS_DEPLOYMENT = json\.loads\(r'''([^']*)'''\)$/.exec(cell) ?? [];
  return JSON.parse(text) as Record<string, unknown>;
}

test('the cell carries the catalogue, its metadata file, its fingerprint and the settings', () => {
  const catalogue = loadCatalogue('strict');
  expect(carried(renderDeploymentCell(catalogue, settings))).toEqual({
    catalogue: JSON.parse(JSON.stringify(sparkCatalogue(catalogue))) as unknown,
    metadataCsv: catalogue.metadataText,
    fingerprint: catalogue.fingerprint,
    settings: {
      ...settings,
      profile: 'strict',
      lakeUrl: 'abfss://{container}@stoeadev.dfs.core.windows.net',
      driverBatchBytes: 8 * 1024 * 1024,
      requiredTables: catalogue.tables
        .filter(({ required, source }) => required && source === 'roster')
        .map(({ name }) => name),
    },
  });
});

test('what an environment sets goes before the defaults', () => {
  const own = { ...settings, lakeUrl: 'file:///lake/{container}', driverBatchBytes: 0, requiredTables: ['Person'] };
  const { settings: shown } = carried(renderDeploymentCell(loadCatalogue('v0.2'), own));
  expect(shown).toEqual({ ...own, profile: 'v0.2' });
});

test('no character of the catalogue can end the text that carries it, or be read as Python', () => {
  const catalogue = { ...loadCatalogue('strict'), metadataText: "It's '''quoted''' \\ \n ä 😀\u2028" };
  const cell = renderDeploymentCell(catalogue, settings);
  expect(carried(cell)['metadataCsv']).toBe(catalogue.metadataText);
  expect(cell.split("'''")).toHaveLength(3);
  expect(/[^\x20-\x7e\n]/.test(cell)).toBe(false);
  expect(cell.split('\n')).toHaveLength(3);
});
