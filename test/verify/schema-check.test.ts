import type { LakeFixture } from './lake-fixture';
import { useTamperedLakes } from './tampered-lakes';

const verify = useTamperedLakes();
const passed = { status: 'passed', findings: [] };

function finding(severity: 'error' | 'warning' | 'information', code: string, message: string, rest: object): object {
  const status = { error: 'failed', warning: 'warned', information: 'passed' }[severity];
  return { status, findings: [{ severity, code, message, ...rest }] };
}

describe('schema equals the catalogue', () => {
  const check = 'schema equals the catalogue';
  type Field = { name: string; type: unknown };
  const editSchema =
    (
      stage: 'Ingested' | 'Ingested_Corrected' | 'general' | 'sensitive',
      table: string,
      edit: (fields: Field[]) => Field[],
    ) =>
    (lake: LakeFixture) =>
      lake.editCommit(stage, table, 0, (actions) => {
        for (const { metaData } of actions) {
          if (metaData === undefined) continue;
          const schema = JSON.parse(String(metaData['schemaString'])) as { fields: Field[] };
          metaData['schemaString'] = JSON.stringify({ ...schema, fields: edit(schema.fields) });
        }
        return actions;
      });

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('a renamed column', async () => {
    const tamper = editSchema('Ingested_Corrected', 'Organization', (fields) =>
      fields.map((field) => (field.name === 'Name' ? { ...field, name: 'Title' } : field)),
    );
    expect(await verify({ check, tamper })).toEqual({
      status: 'failed',
      findings: [
        {
          severity: 'error',
          code: 'PRIV1',
          message: 'Ingested_Corrected has a column that the catalogue does not allow there.',
          table: 'Organization',
          column: 'Title',
        },
        {
          severity: 'error',
          code: 'PRIV1',
          message: 'Ingested_Corrected lacks a column of the catalogue.',
          table: 'Organization',
          column: 'Name',
        },
      ],
    });
  });

  test('another type', async () => {
    const tamper = editSchema('general', 'activity', (fields) =>
      fields.map((field) => (field.name === 'Grade' ? { ...field, type: 'string' } : field)),
    );
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'PRIV1', 'general has a column of type string where the catalogue says double.', {
        table: 'activity',
        column: 'Grade',
      }),
    );
  });

  test('another order', async () => {
    const tamper = editSchema('general', 'Organization', (fields) => fields.toReversed());
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'PRIV1', "general has the catalogue's columns in another order.", { table: 'Organization' }),
    );
  });

  test('general fails closed: a raw column in the log and one in the file only', async () => {
    const tamper = (lake: LakeFixture) => lake.rewrite('general', 'Person', "SELECT *, 'x' AS Id FROM rows");
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'PRIV1', 'A file of general has a column that the catalogue does not allow there.', {
        table: 'Person',
        file: 'oea/dev/stage2/Refined/M365/v1.14/general/Person/part-0.parquet',
        column: 'Id',
      }),
    );
    const inLog = editSchema('general', 'Person', (fields) => [...fields, { name: 'Id', type: 'string' }]);
    expect((await verify({ check, tamper: inLog })).findings).toContainEqual({
      severity: 'error',
      code: 'PRIV1',
      message: 'general has a column that the catalogue does not allow there.',
      table: 'Person',
      column: 'Id',
    });
  });

  test('Ingested without its batch columns', async () => {
    const tamper = editSchema('Ingested', 'Person', (fields) => fields.filter(({ name }) => name !== '_batch'));
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'PRIV1', 'Ingested does not have the columns _c0 … _cn, rundate, _batch and _file.', {
        table: 'Person',
      }),
    );
  });

  test('a partitioned table', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editCommit('general', 'Person', 0, (actions) => {
        for (const { metaData } of actions) if (metaData !== undefined) metaData['partitionColumns'] = ['GivenName'];
        return actions;
      });
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'PRIV1', 'general is partitioned: values would stand in folder names.', { table: 'Person' }),
    );
  });

  test('a lookup that is not there', async () => {
    const tamper = async (lake: LakeFixture) => {
      const files = await lake.store.list(lake.path('sensitive', 'Person'));
      await lake.store.remove(files.map(({ path }) => path));
    };
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'PRIV1', 'The table has protected columns, but no lookup in sensitive.', { table: 'Person' }),
    );
  });
});
