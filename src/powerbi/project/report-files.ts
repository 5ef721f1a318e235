import { pageSize, type PageSpec } from '../report/report';
import type { Json, MeasureHomes } from './pbir-json';
import { schemaOf, versionOf } from './schema-versions';
import { itemName } from './stable-ids';
import { visualJson } from './visual-json';

/** The theme's file; inside, the theme has the same name. */
const themeFile = 'InsightsTheme.json';

/** Files of `<name>.Report`, by path below it, without `.platform`. */
export function reportFiles(
  pages: readonly PageSpec[],
  homes: MeasureHomes,
  modelFolder: string,
  theme: string,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const add = (path: string, json: Json): unknown => files.set(path, jsonText(json));
  add('definition.pbir', {
    $schema: schemaOf('reportProperties'),
    version: '4.0',
    datasetReference: { byPath: { path: `../${modelFolder}` } },
  });
  add('definition/version.json', { $schema: schemaOf('reportVersion'), version: '2.0.0' });
  add('definition/report.json', reportJson());
  const names = pages.map(({ key }) => itemName('page', key));
  add('definition/pages/pages.json', {
    $schema: schemaOf('pages'),
    pageOrder: names,
    // Upstream opens on its numbers, with the explanation before them.
    activePageName: names[1] ?? names[0] ?? '',
  });
  for (const { key, title, visuals } of pages) {
    const folder = `definition/pages/${itemName('page', key)}`;
    add(`${folder}/page.json`, {
      $schema: schemaOf('page'),
      name: itemName('page', key),
      displayName: title,
      displayOption: 'FitToPage',
      ...pageSize,
    });
    visuals.forEach((visual, index) =>
      add(
        `${folder}/visuals/${itemName('visual', key, visual.key)}/visual.json`,
        visualJson(key, visual, index + 1, homes),
      ),
    );
  }
  files.set(`StaticResources/RegisteredResources/${themeFile}`, theme);
  return files;
}

function reportJson(): Json {
  const reportVersionAtImport = {
    visual: versionOf('visualContainer'),
    report: versionOf('report'),
    page: versionOf('page'),
  };
  return {
    $schema: schemaOf('report'),
    themeCollection: { customTheme: { name: themeFile, reportVersionAtImport, type: 'RegisteredResources' } },
    resourcePackages: [
      {
        name: 'RegisteredResources',
        type: 'RegisteredResources',
        items: [{ name: themeFile, path: themeFile, type: 'CustomTheme' }],
      },
    ],
  };
}

export function jsonText(json: Json): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}
