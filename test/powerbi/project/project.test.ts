import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type AnySchemaObject } from 'ajv';
import { checkProject } from '../../../src/powerbi/check/check-project';
import { sampleProject, sampleVariants } from '../sample-project';

const schemas = path.resolve(__dirname, '../../../../shared/powerbi-schemas');
/** Compiled once. */
let compiled: Ajv | undefined;
const testWithSchemas = existsSync(schemas) ? test : test.skip;

describe.each(sampleVariants)('the project %s %s', (set, mode) => {
  const files = sampleProject(set, mode);

  test('breaks none of our rules', () => {
    expect(checkProject(files)).toEqual([]);
  });

  test('has the same bytes each time', () => {
    expect([...sampleProject(set, mode)]).toEqual([...files]);
  });

  test('has paths that Windows can hold below a folder of 100 characters', () => {
    expect([...files.keys()].filter((file) => file.length > 259 - 100)).toEqual([]);
  });

  // Skipped where Microsoft's schemas are not beside the project: they are read there, not copied.
  testWithSchemas('fits Microsoft’s schemas', () => {
    const validator = (compiled ??= schemaValidator());
    const checked = [...files].flatMap(([file, text]) => {
      if (!/\.(json|pbir|pbip|pbism|platform)$/.test(file) || file.includes('/RegisteredResources/')) return [];
      const json = JSON.parse(text) as { readonly $schema: string };
      const validate = validator.getSchema(json.$schema);
      if (validate === undefined) return [[file, `no schema ${json.$schema}`]];
      return [[file, validate(json) === true ? 'fits' : validator.errorsText(validate.errors)]];
    });
    expect(checked.length).toBeGreaterThan(60);
    expect(checked.filter(([, result]) => result !== 'fits')).toEqual([]);
  });
});

/** The files' own ids are not all those that they refer to each other by, so that their places count. */
function schemaValidator(): Ajv {
  const validator = new Ajv({ strict: false, allErrors: true });
  for (const file of readdirSync(schemas, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.json')) continue;
    const schema = JSON.parse(readFileSync(path.join(schemas, file), 'utf8')) as AnySchemaObject;
    const $id = `https://developer.microsoft.com/json-schemas/${file.split(path.sep).join('/')}`;
    validator.addSchema({ ...schema, $id });
  }
  return validator;
}

test('only expressions.tmdl tells environments apart, and only titles and visuals the sets', () => {
  const changed = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] =>
    [...one].flatMap(([file, text]) => (other.get(file) === text ? [] : [file.replace(/[0-9a-f]{20}/g, '*')]));
  const model = changed(sampleProject('k12', 'directQuery'), sampleProject('hed', 'directQuery')).filter((file) =>
    file.includes('.SemanticModel/'),
  );
  expect(model).toEqual(['Insights.SemanticModel/.platform']);
});

test('every visual of upstream’s reports is there, with its meaning (powerbi.md §4)', () => {
  const shown = (set: 'k12' | 'hed'): string[] =>
    [...sampleProject(set, 'import')]
      .filter(([file]) => file.endsWith('/visual.json'))
      .map(([, text]) => JSON.parse(text) as VisualFile)
      .map(({ visual }) => {
        const roles = Object.entries(visual.query?.queryState ?? {}).filter(([role]) => role !== 'Tooltips');
        const fields = roles.flatMap(([, { projections }]) => projections.map(({ queryRef }) => queryRef));
        return `${visual.visualType}: ${fields.join(', ')}`;
      });
  const both = [
    'cardVisual: activity.Days',
    'cardVisual: Section.Schools',
    'cardVisual: Section.Classes',
    'cardVisual: Enrollment.Students',
    'treemap: Organization.Name, activity.Signals',
    'lineChart: Date.Date, activity.Signals',
    'slicer: Organization.Name',
    'slicer: Section.Name',
    'slicer: Date.Date',
  ];
  const k12 = [...both, 'clusteredColumnChart: activity.Week, activity.ClassTeamGroup, activity.Active Users'];
  const hed = [...both, 'clusteredColumnChart: activity.Week, activity.SignalGroup, activity.Active Students'];
  expect(k12.filter((visual) => !shown('k12').includes(visual))).toEqual([]);
  expect(hed.filter((visual) => !shown('hed').includes(visual))).toEqual([]);
});

interface VisualFile {
  readonly visual: {
    readonly visualType: string;
    readonly query?: {
      readonly queryState: Readonly<Record<string, { readonly projections: readonly { readonly queryRef: string }[] }>>;
    };
  };
}
