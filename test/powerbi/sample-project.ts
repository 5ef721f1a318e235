import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { powerBiProject } from '../../src/powerbi/project/project';
import type { ModelParameters } from '../../src/powerbi/project/semantic-model-files';
import type { ReportSet } from '../../src/powerbi/report/report';

/** Upstream's four projects. */
export const sampleVariants = (['k12', 'hed'] as const).flatMap((set) =>
  (['import', 'directQuery'] as const).map((mode) => [set, mode] as const),
);

const parameters: Readonly<Record<ModelParameters['mode'], ModelParameters>> = {
  import: { mode: 'import', dataFolder: 'C:\\Insights\\data' },
  directQuery: {
    mode: 'directQuery',
    server: 'syn-oea-sample-ondemand.sql.azuresynapse.net',
    database: 'sdb_dev_s2r_m365_v1p14',
    runsFolder: 'https://stoeasample.dfs.core.windows.net/oea/reports/dev/runs',
  },
};

export function sampleProject(set: ReportSet, mode: ModelParameters['mode']): ReadonlyMap<string, string> {
  return powerBiProject({
    set,
    catalogue: loadCatalogue('strict'),
    parameters: parameters[mode],
    schools: [
      { id: 'school-1', name: 'North' },
      { id: 'school-2', name: `O'Neil "High" School` },
      { id: 'school-3', name: 'North' },
    ],
    theme: readFileSync(path.resolve(__dirname, '../../assets/powerbi/InsightsTheme.json'), 'utf8'),
  });
}

export const goldenFolder = path.resolve(__dirname, 'golden/tmdl');

/** Files of the model that the golden folder keeps, by their path in it. */
export function sampleModel(): ReadonlyMap<string, string> {
  const folder = 'Insights.SemanticModel/definition/';
  const files = [...sampleProject('k12', 'directQuery')].filter(([file]) => file.startsWith(folder));
  return new Map(files.map(([file, text]) => [file.slice(folder.length), text]));
}
