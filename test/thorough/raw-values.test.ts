import type { LakeFixture } from '../verify/lake-fixture';
import { useTamperedLakes } from '../verify/tampered-lakes';

const verify = useTamperedLakes();
const passed = { status: 'passed', findings: [] };

function finding(severity: 'error' | 'warning' | 'information', code: string, message: string, rest: object): object {
  const status = { error: 'failed', warning: 'warned', information: 'passed' }[severity];
  return { status, findings: [{ severity, code, message, ...rest }] };
}

describe('no raw identifier is in general', () => {
  const check = 'no raw identifier is in general';
  const plant = (value: string) => (lake: LakeFixture) =>
    lake.rewrite(
      'general',
      'Organization',
      `SELECT * REPLACE (CASE Id WHEN 'school-0' THEN ${value} ELSE Name END AS Name) FROM rows`,
    );
  const told = (sources: readonly string[], how: string): object => ({
    status: 'failed',
    findings: sources.map((source) => ({
      severity: 'error',
      code: 'PRIV1',
      message: `Raw values of ${source} stand ${how} in Organization.Name. Give the column another treatment in metadata.csv, or list the relation with its reason in tables.json.`,
      table: 'Organization',
      column: 'Name',
      counts: { values: 1 },
    })),
  });
  const users = [
    'AadUser.ObjectId',
    'AadUserPersonMapping.ObjectId',
    'PersonOrganizationRole.ExternalId',
    'activity.ActorId',
  ];

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('PRIV1: as a whole cell, also in capitals', async () => {
    expect(await verify({ check, tamper: plant("'user-object-007919'") })).toEqual(told(users, 'as a whole cell'));
    expect(await verify({ check, tamper: plant("'USER-OBJECT-007919 '") })).toEqual(told(users, 'as a whole cell'));
  });

  test('PRIV1: inside a longer text, also after letters outside the basic plane', async () => {
    expect(await verify({ check, tamper: plant("'see user-object-007919, room 3'") })).toEqual(
      told(users, 'inside longer texts'),
    );
    expect(await verify({ check, tamper: plant("'😀😀 user-object-007919'") })).toEqual(
      told(users, 'inside longer texts'),
    );
  });

  test('a number of eight digits counts where it stands alone, not inside a GUID or a longer number', async () => {
    const number = (lake: LakeFixture) =>
      lake.rewrite(
        'Ingested_Corrected',
        'Enrollment',
        'SELECT * REPLACE (CAST(31415926 AS VARCHAR) AS Id) FROM rows LIMIT 1',
      );
    const both = (value: string) => async (lake: LakeFixture) => {
      await number(lake);
      await plant(value)(lake);
    };
    for (const chance of [
      "'31415926-0000-4000-8000-000000000000'",
      "'131415926'",
      "'x0123456789abcdef0123456731415926'",
    ]) {
      expect(await verify({ check, tamper: both(chance) })).toEqual(passed);
    }
    expect(await verify({ check, tamper: both("'s31415926@school.example'") })).toEqual(
      told(['Enrollment.Id'], 'inside longer texts'),
    );
  });

  test('a hexadecimal raw value is found outside of GUIDs, a part of a GUID with its dash also inside', async () => {
    const both = (raw: string, value: string) => async (lake: LakeFixture) => {
      await lake.rewrite('Ingested_Corrected', 'Enrollment', `SELECT * REPLACE ('${raw}' AS Id) FROM rows LIMIT 1`);
      await plant(`'${value}'`)(lake);
    };
    const whole = '0a1b2c3d-0000-4000-8000-000000000000';
    expect(await verify({ check, tamper: both('0A1B2C3D', whole) })).toEqual(passed);
    expect(await verify({ check, tamper: both('0A1B2C3D', 'id 0a1b2c3d') })).toEqual(
      told(['Enrollment.Id'], 'inside longer texts'),
    );
    expect(await verify({ check, tamper: both('0A1B2C3D-0000', whole) })).toEqual(
      told(['Enrollment.Id'], 'inside longer texts'),
    );
  });

  test('one of two thousand raw values within a word is a warning; as a word of its own it is an error', async () => {
    const both = (value: string) => async (lake: LakeFixture) => {
      const many =
        "SELECT r.* REPLACE (printf('E%07d', n) AS Id) FROM (SELECT * FROM rows LIMIT 1) r, range(2000) AS numbers(n)";
      await lake.rewrite('Ingested_Corrected', 'Enrollment', many);
      await plant(`'${value}'`)(lake);
    };
    expect(await verify({ check, tamper: both('SN7A02E0000032') })).toEqual(
      finding(
        'warning',
        'PRIV1',
        'A few raw values of Enrollment.Id stand inside longer texts in Organization.Name: by chance, as far as can be told.',
        { table: 'Organization', column: 'Name', counts: { values: 1 } },
      ),
    );
    expect(await verify({ check, tamper: both('SN7A02 (E0000032)') })).toEqual(
      told(['Enrollment.Id'], 'inside longer texts'),
    );
  });

  test('shorter than eight characters, a raw value inside a longer text is chance', async () => {
    expect(await verify({ check, tamper: plant("'room 700003'") })).toEqual(passed);
  });

  test('one or two short running numbers are a warning', async () => {
    expect(await verify({ check, tamper: plant("'700003'") })).toEqual(
      finding(
        'warning',
        'PRIV1',
        'A few raw values of AadUser.StudentId stand as a whole cell in Organization.Name: by chance, as far as can be told.',
        {
          table: 'Organization',
          column: 'Name',
          counts: { values: 1 },
        },
      ),
    );
  });

  test('three of them are no chance', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Section',
        'SELECT * REPLACE (CAST(700000 + row_number() OVER () AS VARCHAR) AS Name) FROM rows LIMIT 3',
      );
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV1',
        'Raw values of AadUser.StudentId stand as a whole cell in Section.Name. Give the column another treatment in metadata.csv, or list the relation with its reason in tables.json.',
        { table: 'Section', column: 'Name', counts: { values: 3 } },
      ),
    );
  });

  test('an accepted relation is said with its reason', async () => {
    const tamper = async (lake: LakeFixture) => {
      await lake.rewrite('Ingested_Corrected', 'Enrollment', "SELECT * REPLACE ('Red class' AS ExternalId) FROM rows");
    };
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'information',
        'PRIV1',
        "Raw values of Enrollment.ExternalId stand as a whole cell in Section.Name, which the catalogue accepts: In shipped data it is the section's name and names no enrolment.",
        { table: 'Section', column: 'Name', counts: { values: 1 } },
      ),
    );
  });

  test('PRIV3: a raw value in the name of a file', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editEvents((events) =>
        events.map((event) =>
          event.event === 'landed' && event.table === 'Person'
            ? {
                ...event,
                files: event.files.map((file) => ({ ...file, landed: `${file.landed}/anchor-of-user-7.csv` })),
              }
            : event,
        ),
      );
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV1',
        'Raw values of AadUser.AnchorId stand inside longer texts in names of files. Rename the files at their source.',
        {
          counts: { values: 1 },
        },
      ),
    );
  });
});
