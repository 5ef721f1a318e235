import { AssetCatalogue } from '../../../constructs/artifacts/asset-catalogue';
import { artifactKey } from '../../../src/artifacts/order';
import { frameworkArtifacts } from '../../../src/artifacts/oea-framework';
import { readArtifacts } from '../../../src/artifacts/read-artifacts';
import type { Artifact } from '../../../src/artifacts/model';

const pipeline: Artifact = {
  kind: 'pipelines',
  name: 'create_sql_db',
  properties: { parameters: { statements: { type: 'array', defaultValue: [] }, other: 1 }, activities: [] },
  file: 'assets/pipelines/create_sql_db.json',
};
const web: Artifact = { kind: 'linkedservices', name: 'LS_HTTP', properties: { type: 'HttpServer' }, file: 'f' };

describe('the asset catalogue', () => {
  test("reads the project's own assets, which the linter finds nothing in, once", () => {
    expect(AssetCatalogue.read()).toEqual(new AssetCatalogue(readArtifacts()));
    expect(AssetCatalogue.read()).toBe(AssetCatalogue.read());
  });

  test('takes generated artifacts in, also in the place of a file, and stays as it is itself', () => {
    const before = new AssetCatalogue([pipeline, web]);
    const other: Artifact = { ...pipeline, properties: {} };
    expect(before.with(other)).toEqual(new AssetCatalogue([web, other]));
    expect(before).toEqual(new AssetCatalogue([pipeline, web]));
  });

  test('fills the default of a parameter, and nothing else', () => {
    const filled = new AssetCatalogue([pipeline]).withDefault('create_sql_db', 'statements', ['SELECT 1']);
    expect(filled.artifacts).toEqual([
      {
        ...pipeline,
        properties: {
          parameters: { statements: { type: 'array', defaultValue: ['SELECT 1'] }, other: 1 },
          activities: [],
        },
      },
    ]);
  });

  test('is judged again with a default that was filled in, for its size is known only then', () => {
    const read = AssetCatalogue.read();
    expect(read.withDefault('create_sql_db', 'statements', ['x'.repeat(100 * 1024)]).judged('create_sql_db')).toEqual(
      read.withDefault('create_sql_db', 'statements', ['x'.repeat(100 * 1024)]),
    );
    const tooLarge = read.withDefault('create_sql_db', 'statements', ['x'.repeat(200 * 1024)]);
    expect(() => tooLarge.judged('create_sql_db')).toThrow(
      /^The artifacts have 1 error:\n {2}assets\/pipelines\/create_sql_db\.json#: The artifact has 2\d\d KB; the service takes 200\. Divide it\. \(size\)$/,
    );
    expect(tooLarge.judged('create_lake_db')).toBe(tooLarge);
  });

  test.each([
    ['create_sql_db', 'statement', 'assets/pipelines/create_sql_db.json'],
    ['create_db', 'statements', 'assets/pipelines'],
  ])('refuses a default of %s.%s, which is not declared', (name, parameter, file) => {
    expect(() => new AssetCatalogue([pipeline]).withDefault(name, parameter, [])).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_UNREADABLE',
        message: `Pipeline ${name} has no parameter ${parameter}.`,
        place: { file },
      }),
    );
  });

  test("can be had without what fetches from the web (NET5), and beside OEA's framework (OWN3)", () => {
    const catalogue = new AssetCatalogue([pipeline, web], ['linkedservices/x']);
    expect(catalogue.withoutWeb()).toEqual(new AssetCatalogue([pipeline], ['linkedservices/x']));
    expect(catalogue.besideFramework()).toEqual(
      new AssetCatalogue(
        [{ ...pipeline, name: 'insights_create_sql_db' }],
        ['linkedservices/x', ...frameworkArtifacts],
      ),
    );
  });

  test('of the project has nothing left of the framework in its place, when it is beside it', () => {
    const beside = AssetCatalogue.read().besideFramework();
    const keys = new Set(beside.artifacts.map(artifactKey));
    expect(frameworkArtifacts.filter((key) => keys.has(key))).toEqual([]);
  });
});
