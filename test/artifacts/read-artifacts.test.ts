import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { wrapNotebook } from '../../src/artifacts/notebook-artifact';
import { readArtifacts } from '../../src/artifacts/read-artifacts';
import { formatError, type InsightsError } from '../../src/contract/errors';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'insights-assets-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

function refusal(): string {
  try {
    readArtifacts(folder);
  } catch (error) {
    return formatError(error as InsightsError)
      .split('\n')
      .slice(0, 2)
      .join('\n');
  }
  return 'accepted';
}

describe('the folder assets', () => {
  test('gives one artifact per file, by kind and name; other files are not its business', () => {
    const notebook = '# %%\nprint(1)\n';
    write({
      'pipelines/b.json': '{"name": "b", "properties": {"activities": []}}',
      'pipelines/a.json': '{"name": "a", "properties": {}}',
      'pipelines/README.md': 'text',
      'linked-services/LS.json': '{"name": "LS", "properties": {"type": "AzureBlobFS"}}',
      'datasets/DS.json': '{"name": "DS", "properties": {}}',
      'triggers/TR.json': '{"name": "TR", "properties": {}}',
      'sql/S.json': '{"name": "S", "properties": {}}',
      'notebooks/Insights_pre-processing.py': notebook,
      'catalogue/tables.json': '{}',
    });
    expect(readArtifacts(folder)).toEqual([
      {
        kind: 'linkedservices',
        name: 'LS',
        properties: { type: 'AzureBlobFS' },
        file: 'assets/linked-services/LS.json',
      },
      { kind: 'datasets', name: 'DS', properties: {}, file: 'assets/datasets/DS.json' },
      {
        kind: 'notebooks',
        name: 'Insights_pre-processing',
        properties: wrapNotebook(notebook, ''),
        file: 'assets/notebooks/Insights_pre-processing.py',
      },
      { kind: 'pipelines', name: 'a', properties: {}, file: 'assets/pipelines/a.json' },
      { kind: 'pipelines', name: 'b', properties: { activities: [] }, file: 'assets/pipelines/b.json' },
      { kind: 'triggers', name: 'TR', properties: {}, file: 'assets/triggers/TR.json' },
      { kind: 'sqlScripts', name: 'S', properties: {}, file: 'assets/sql/S.json' },
    ]);
  });

  test('may lack any of its folders', () => {
    expect(readArtifacts(folder)).toEqual([]);
  });

  test.each([
    ['a.json', '{', 'This is not JSON.'],
    ['a.json', '[]', 'This is not a JSON object.'],
    ['a.json', '{"name": "b", "properties": {}}', 'The artifact is named "b", not like its file.'],
    ['a.json', '{"properties": {}}', 'The artifact is named undefined, not like its file.'],
    ['a.json', '{"name": "a", "properties": []}', 'The artifact has no object `properties`.'],
    ['a.json', '{"name": "a", "properties": {}, "type": "x"}', 'Beside name and properties there is "type".'],
    ['a.b.json', '{}', '"a.b" is not a name that the service takes.'],
  ])('refuses %s with %s', (file, text, message) => {
    write({ [`pipelines/${file}`]: text });
    expect(refusal()).toBe(`ARTIFACT_UNREADABLE: ${message}\n  where: assets/pipelines/${file}`);
  });

  test('refuses names that differ in case only, because the service does not tell them apart', () => {
    write({
      'datasets/DS.json': '{"name": "DS", "properties": {}}',
      'datasets/ds.json': '{"name": "ds", "properties": {}}',
    });
    expect(refusal()).toBe(
      'ARTIFACT_UNREADABLE: "DS" differs from this name in case only.\n  where: assets/datasets/ds.json',
    );
  });
});
