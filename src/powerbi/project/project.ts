import type { Catalogue } from '../../catalogue/model';
import { semanticModel } from '../model/semantic-model';
import { reportPages } from '../report/pages';
import { reportTitles, type ReportSet } from '../report/report';
import { jsonText, reportFiles } from './report-files';
import { schemaOf } from './schema-versions';
import { semanticModelFiles, type ModelParameters, type School } from './semantic-model-files';
import { itemGuid } from './stable-ids';

export interface ProjectOptions {
  readonly set: ReportSet;
  readonly catalogue: Catalogue;
  readonly parameters: ModelParameters;
  /** Each gets a role of its own (row-level security). */
  readonly schools: readonly School[];
  /** Content of assets/powerbi/InsightsTheme.json. */
  readonly theme: string;
}

/** The items' names; short, because Windows paths are. */
const item = 'Insights';

const modeTitles = { import: 'test data', directQuery: 'DirectQuery' } as const;

/** Folder of a project: `k12-import`, `hed-directquery` … */
export function projectFolder(set: ReportSet, mode: ModelParameters['mode']): string {
  return `${set}-${mode.toLowerCase()}`;
}

/**
 * The files of a Power BI project (PBIP: report as PBIR, model as TMDL), by path. Pure: the same options give the same
 * bytes. Only `expressions.tmdl` tells an environment from another.
 */
export function powerBiProject(options: ProjectOptions): ReadonlyMap<string, string> {
  const { set, catalogue, parameters, schools, theme } = options;
  const model = semanticModel(catalogue);
  const homes = new Map(model.tables.flatMap(({ name, measures }) => measures.map((measure) => [measure.name, name])));
  const files = new Map<string, string>();
  const add = (folder: string, more: ReadonlyMap<string, string>): void => {
    for (const [path, text] of more) files.set(`${folder}/${path}`, text);
  };
  files.set(
    `${item}.pbip`,
    jsonText({
      $schema: schemaOf('project'),
      version: '1.0',
      artifacts: [{ report: { path: `${item}.Report` } }],
      settings: { enableAutoRecovery: true },
    }),
  );
  files.set('.gitignore', '**/.pbi/localSettings.json\n**/.pbi/cache.abf\n');
  add(`${item}.Report`, platformFile('Report', options));
  add(`${item}.Report`, reportFiles(reportPages(set), homes, `${item}.SemanticModel`, theme));
  add(`${item}.SemanticModel`, platformFile('SemanticModel', options));
  add(
    `${item}.SemanticModel`,
    new Map([['definition.pbism', jsonText({ $schema: schemaOf('semanticModel'), version: '4.2', settings: {} })]]),
  );
  add(`${item}.SemanticModel/definition`, semanticModelFiles(model, parameters, schools));
  return files;
}

function platformFile(
  type: 'Report' | 'SemanticModel',
  { set, parameters }: ProjectOptions,
): ReadonlyMap<string, string> {
  const { mode } = parameters;
  const platform = {
    $schema: schemaOf('platform'),
    metadata: { type, displayName: `Education Insights ${reportTitles[set]} (${modeTitles[mode]})` },
    config: { version: '2.0', logicalId: itemGuid('item', type, set, mode) },
  };
  return new Map([['.platform', jsonText(platform)]]);
}
