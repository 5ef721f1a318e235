import { readFileSync } from 'node:fs';
import path from 'node:path';
import activitySchema from '../../../src/artifacts/schemas/activity.schema.json';
import { activityTypes } from '../../../src/pipelines/activities';

const types = [...activityTypes.values()].map(({ type }) => type).sort();

test('every type of activity that runs has a form, and every form runs', () => {
  const helpers = ['control', 'location'];
  const forms = Object.keys(activitySchema.definitions).filter((name) => !helpers.includes(name));
  expect(forms.sort()).toEqual(types);
});

test('docs/local-azure.md lists every type of activity that runs', () => {
  const text = readFileSync(path.resolve(__dirname, '../../../docs/local-azure.md'), 'utf8');
  const [, list = ''] = /Its activities: ([\s\S]*?)\.\n/.exec(text) ?? [];
  expect((list.match(/\b[A-Z][a-z]+(?:[A-Z][A-Za-z]+)*\b/g) ?? []).sort()).toEqual(types);
});
