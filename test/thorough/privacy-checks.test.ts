import * as fs from 'node:fs/promises';
import type { LakeFixture } from '../verify/lake-fixture';
import { useTamperedLakes } from '../verify/tampered-lakes';

const verify = useTamperedLakes();
const passed = { status: 'passed', findings: [] };

function finding(severity: 'error' | 'warning' | 'information', code: string, message: string, rest: object): object {
  const status = { error: 'failed', warning: 'warned', information: 'passed' }[severity];
  return { status, findings: [{ severity, code, message, ...rest }] };
}

describe('pseudonyms round-trip', () => {
  const check = 'pseudonyms round-trip';
  const without = {
    severity: 'information',
    code: 'PRIV1',
    message:
      'Without the salt, digests were not computed: general was compared with the lookups only. Name the salt with --salt-file.',
  };

  test('a good lake, with and without salt', async () => {
    expect(await verify({ check })).toEqual(passed);
    expect(await verify({ check, withoutSalt: true })).toEqual({ status: 'passed', findings: [without] });
  });

  test('a pseudonym that is no digest', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Enrollment',
        'SELECT * REPLACE (upper(PersonId_pseudonym) AS PersonId_pseudonym) FROM rows',
      );
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV1',
        'General has values that are no digest (64 lower-case hex digits) in a pseudonym column.',
        {
          table: 'Enrollment',
          column: 'PersonId_pseudonym',
          counts: { values: 24 },
        },
      ),
    );
  });

  test('a digest under another salt', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Enrollment',
        'SELECT * REPLACE (sha256(PersonId_pseudonym) AS PersonId_pseudonym) FROM rows',
      );
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV1',
        'General has pseudonyms that are not the digests of the values in Corrected. Process the lake with --rebuild.',
        {
          table: 'Enrollment',
          column: 'PersonId_pseudonym',
          counts: { missing: 24, foreign: 24 },
        },
      ),
    );
  });

  test('without the salt, a pseudonym that the lookup does not have', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('general', 'Person', 'SELECT * REPLACE (sha256(Id_pseudonym) AS Id_pseudonym) FROM rows');
    expect(await verify({ check, tamper, withoutSalt: true })).toEqual({
      status: 'failed',
      findings: [
        {
          severity: 'error',
          code: 'PRIV1',
          message: 'General has pseudonyms that the lookup does not have. Process the lake with --rebuild.',
          table: 'Person',
          column: 'Id_pseudonym',
          counts: { values: 24 },
        },
        without,
      ],
    });
  });

  test('a lookup whose raw values stand beside the pseudonyms of others', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'sensitive',
        'AadUser',
        `SELECT a.* REPLACE (b.AnchorId AS AnchorId) FROM (SELECT * FROM rows) a JOIN
         (SELECT AnchorId, lead(ObjectId, 1, (SELECT min(ObjectId) FROM rows)) OVER (ORDER BY ObjectId) AS ObjectId FROM rows) b USING (ObjectId)`,
      );
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV1',
        'The lookup has raw values beside pseudonyms that are not theirs. Process the lake with --rebuild.',
        {
          table: 'AadUser',
          column: 'AnchorId_pseudonym',
          counts: { rows: 24 },
        },
      ),
    );
  });

  test('without the salt, a lookup that gives two raw values one pseudonym', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'sensitive',
        'PersonDemographicEthnicity',
        'SELECT * REPLACE (first_value(PersonId) OVER () AS PersonId) FROM rows',
      );
    expect(await verify({ check, tamper, withoutSalt: true })).toEqual({
      status: 'failed',
      findings: [
        {
          severity: 'error',
          code: 'PRIV1',
          message: 'The lookup gives one raw value several pseudonyms, or one pseudonym several raw values.',
          table: 'PersonDemographicEthnicity',
          column: 'PersonId_pseudonym',
          counts: { rawValues: 1, pseudonyms: 5, pairs: 5 },
        },
        without,
      ],
    });
  });
});

describe('masked columns hold * only', () => {
  const check = 'masked columns hold * only';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test.each(["'Smith'", 'NULL', "''"])('a mask that became %s', async (value) => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Person',
        `SELECT * REPLACE (CASE WHEN row_number() OVER () < 3 THEN ${value} ELSE Surname END AS Surname) FROM rows`,
      );
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'PRIV1', 'A masked column shows something other than *.', {
        table: 'Person',
        column: 'Surname',
        counts: { rows: 2 },
      }),
    );
  });
});

describe('no general column undoes a mask', () => {
  const check = 'no general column undoes a mask';
  const undone = (readable: string, masked: string, by: string, counts: object): object => {
    const [table, column] = readable.split('.');
    return finding(
      'error',
      'PRIV1',
      `${readable} equals the masked ${masked}, ${by}, and so undoes the mask. Give it another treatment in metadata.csv, or list the relation with its reason in tables.json.`,
      { table, column, counts },
    );
  };

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('in the same row: a role that starts on the day it was first seen', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'PersonOrganizationRole',
        `SELECT g.* REPLACE (CAST(l.RoleStartDate AS TIMESTAMPTZ) AS FirstSeenDateTime) FROM rows g
         JOIN read_parquet('${lake.root}/${lake.path('sensitive', 'PersonOrganizationRole')}/part-0.parquet') l USING (Id_pseudonym)`,
      );
    expect(await verify({ check, tamper })).toEqual(
      undone('PersonOrganizationRole.FirstSeenDateTime', 'PersonOrganizationRole.RoleStartDate', 'in the same row', {
        compared: 24,
        equal: 24,
      }),
    );
  });

  test('joined by person, through the mapping, without regard to case', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Enrollment',
        `SELECT g.* REPLACE (upper(p.Surname) AS SourceSystemId) FROM rows g
         JOIN read_parquet('${lake.root}/${lake.path('sensitive', 'Person')}/part-0.parquet') p ON g.PersonId_pseudonym = p.Id_pseudonym`,
      );
    expect(await verify({ check, tamper })).toEqual(
      undone('Enrollment.SourceSystemId', 'Person.Surname', 'joined by person', { compared: 24, equal: 24 }),
    );
    const byAccount = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'activity',
        `SELECT g.* REPLACE (u.DisplayName AS Action) FROM rows g
         JOIN read_parquet('${lake.root}/${lake.path('sensitive', 'AadUser')}/part-0.parquet') u ON g.ActorId_pseudonym = u.ObjectId_pseudonym`,
      );
    expect((await verify({ check, tamper: byAccount })).findings).toContainEqual(
      (
        undone('activity.Action', 'AadUser.DisplayName', 'joined by person', { compared: 24, equal: 24 }) as {
          findings: object[];
        }
      ).findings[0],
    );
  });

  test('fewer than 95 % is no undoing', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Enrollment',
        `SELECT g.* REPLACE (CASE WHEN row_number() OVER () <= 2 THEN 'other' ELSE p.Surname END AS SourceSystemId) FROM rows g
         JOIN read_parquet('${lake.root}/${lake.path('sensitive', 'Person')}/part-0.parquet') p ON g.PersonId_pseudonym = p.Id_pseudonym`,
      );
    expect(await verify({ check, tamper })).toEqual(passed);
  });
});

describe('rows about persons lie in digest order', () => {
  const check = 'rows about persons lie in digest order';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test.each(['general', 'sensitive'] as const)('PRIV2: %s in the delivered order', async (stage) => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(stage, 'Person', 'SELECT * FROM rows ORDER BY Id_pseudonym DESC');
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV2',
        `${stage} is not in ascending order of Id_pseudonym: the order can be the delivered one. Process the lake with --rebuild.`,
        {
          table: 'Person',
          column: 'Id_pseudonym',
          counts: { rows: 23 },
        },
      ),
    );
  });
});

describe('logs hold no protected values', () => {
  const check = 'logs hold no protected values';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test.each([
    ['Ingested', 'Person', '_c0'],
    ['Ingested_Corrected', 'Person', 'Surname'],
    ['Ingested_Corrected', 'activity', 'Grade'],
    ['sensitive', 'AadUser', 'StudentId'],
    ['Rejected', 'PersonOrganizationRole', 'cells'],
  ] as const)('PRIV3: statistics in %s of %s.%s', async (stage, table, column) => {
    const tamper = (lake: LakeFixture) =>
      lake.editCommit(stage, table, 0, (actions) => {
        for (const { add } of actions) {
          if (add === undefined) continue;
          add['stats'] = JSON.stringify({
            ...(JSON.parse(String(add['stats'])) as object),
            nullCount: { [column]: 0 },
          });
        }
        return actions;
      });
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV3',
        `The log of ${stage} has statistics of a protected column: its smallest and greatest values can be read there.`,
        {
          table,
          column,
          counts: { files: 1 },
        },
      ),
    );
  });
});

test('ROW13: a damaged file is told without a word of its content', async () => {
  const tamper = async (lake: LakeFixture) => fs.writeFile(await lake.dataFile('general', 'Person'), 'Smith, John');
  expect(await verify({ check: 'masked columns hold * only', tamper })).toEqual(
    finding(
      'error',
      'VERIFY_FAILED',
      'The engine failed while looking at masked columns (Invalid Input Error). Restore the table named above, or process the lake with --rebuild; then verify again.',
      { table: 'Person' },
    ),
  );
});
