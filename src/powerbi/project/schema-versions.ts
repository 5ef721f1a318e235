/**
 * Versions of the file formats that projects are written in: the newest of May 2026. A Power BI Desktop that is older than
 * a file's version refuses it, so these are raised on purpose only.
 */
const versions = {
  project: 'pbip/pbipProperties/1.0.0',
  platform: 'gitIntegration/platformProperties/2.1.0',
  reportProperties: 'item/report/definitionProperties/2.0.0',
  reportVersion: 'item/report/definition/versionMetadata/1.0.0',
  report: 'item/report/definition/report/3.3.0',
  pages: 'item/report/definition/pagesMetadata/1.1.0',
  page: 'item/report/definition/page/2.1.0',
  visualContainer: 'item/report/definition/visualContainer/2.9.0',
  semanticModel: 'item/semanticModel/definitionProperties/1.0.0',
} as const;

const base = 'https://developer.microsoft.com/json-schemas/fabric';

/** What a file names as its `$schema`. */
export function schemaOf(kind: keyof typeof versions): string {
  return `${base}/${versions[kind]}/schema.json`;
}

/** The bare version, as a theme refers to it. */
export function versionOf(kind: keyof typeof versions): string {
  return versions[kind].split('/').at(-1) ?? '';
}
