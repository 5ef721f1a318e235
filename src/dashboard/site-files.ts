import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import type { Dashboard } from './open-dashboard';
import { packed } from './packed';
import type { SchoolNumbers, Site, SiteState } from './published';

/** A file of the site as it is served or written. */
export interface SiteFile {
  readonly type: string;
  readonly text: string;
}

const pageFolder = path.join(__dirname, 'page');

/** Nothing from elsewhere, nothing inline, no eval, no forms. */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The files that are the same for every lake: page, style and script, the latter made of the page's TypeScript. */
export async function pageFiles(): Promise<ReadonlyMap<string, SiteFile>> {
  const [html, style, script] = await Promise.all([
    readFile(path.join(pageFolder, 'index.html'), 'utf8'),
    readFile(path.join(pageFolder, 'style.css'), 'utf8'),
    bundledPage(),
  ]);
  return new Map([
    ['index.html', { type: 'text/html; charset=utf-8', text: html.replace('{{policy}}', contentPolicy) }],
    ['style.css', { type: 'text/css; charset=utf-8', text: style }],
    ['page.js', { type: scriptType, text: script }],
  ]);
}

const scriptType = 'text/javascript; charset=utf-8';

/**
 * Data comes as a script, because a page that is opened from a folder may load nothing else. The content is a text that the
 * script parses: a browser reads megabytes of JSON twice as fast as it compiles them. Lists of numbers are packed.
 */
export function dataFile(name: string, content: Site | SchoolNumbers | SiteState): SiteFile {
  const text = JSON.stringify(packed(content)).replace(/[\\']/g, '\\$&');
  return { type: scriptType, text: `receiveInsights(${JSON.stringify(name)}, JSON.parse('${text}'));\n` };
}

export const siteDataFile = 'data/site.js';

/** The files of all numbers by their paths, that of the site last. */
export function* dataFiles(dashboard: Dashboard): Generator<[string, SiteFile]> {
  const { site } = dashboard;
  for (let node = 1; node <= site.engagement.values.schools.length; node += 1) {
    yield [`data/school-${node}.js`, dataFile(`school-${node}`, dashboard.school(node))];
  }
  yield [siteDataFile, dataFile('site', site)];
}

async function bundledPage(): Promise<string> {
  const { build } = require('esbuild') as typeof import('esbuild');
  try {
    const { outputFiles } = await build({
      entryPoints: [path.join(pageFolder, 'main.ts')],
      bundle: true,
      write: false,
      minify: true,
      format: 'iife',
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'inline',
      logLevel: 'silent',
      tsconfig: path.join(pageFolder, 'tsconfig.json'),
    });
    return outputFiles[0]?.text ?? '';
  } catch (cause) {
    throw new InsightsError('DASHBOARD_FAILED', 'The script of the page could not be made.', {
      place: { path: 'src/dashboard/page' },
      nextStep: 'Run `npm ci`: a package that the page is made with is missing or another one.',
      cause,
    });
  }
}
