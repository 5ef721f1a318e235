import { identifierHmac } from '../../src/contract/erasure';
import { Tombstones } from '../../src/engine/tombstones';
import type { LakeFixture } from './lake-fixture';
import { useTamperedLakes } from './tampered-lakes';

const verify = useTamperedLakes();
const passed = { status: 'passed', findings: [] };

function finding(severity: 'error' | 'warning' | 'information', code: string, message: string, rest: object): object {
  const status = { error: 'failed', warning: 'warned', information: 'passed' }[severity];
  return { status, findings: [{ severity, code, message, ...rest }] };
}

describe('keys are unique and required columns are filled', () => {
  const check = 'keys are unique and required columns are filled';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('ROW11: a key twice', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('general', 'Person', 'SELECT * FROM rows UNION ALL (SELECT * FROM rows LIMIT 2)');
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'ROW10', 'general has rows with a key that another row has: Id_pseudonym.', {
        table: 'Person',
        counts: { rows: 2 },
      }),
    );
  });

  test('a composite key twice', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'Ingested_Corrected',
        'AadUserPersonMapping',
        'SELECT * FROM rows UNION ALL (SELECT * FROM rows LIMIT 1)',
      );
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'ROW10', 'Ingested_Corrected has rows with a key that another row has: ObjectId, PersonId.', {
        table: 'AadUserPersonMapping',
        counts: { rows: 1 },
      }),
    );
  });

  test.each([
    ['Person', 'Id', 'a key column'],
    ['Enrollment', 'SectionId', 'a required column'],
  ])('ROW10: an empty %s.%s', async (table, column, what) => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'Ingested_Corrected',
        table,
        `SELECT * REPLACE (CASE WHEN row_number() OVER () = 1 THEN NULL ELSE ${column} END AS ${column}) FROM rows`,
      );
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'ROW10', `Ingested_Corrected has rows where ${what} is empty.`, {
        table,
        column,
        counts: { rows: 1 },
      }),
    );
  });
});

describe('references resolve', () => {
  const check = 'references resolve';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('a reference into the void is a warning', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('general', 'Enrollment', "SELECT * REPLACE ('gone' AS SectionId) FROM rows");
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'warning',
        'ROW15',
        'Rows refer to values of Section.Id that are not there. The source is at fault; the rows are kept.',
        {
          table: 'Enrollment',
          column: 'SectionId',
          counts: { rows: 24, unresolved: 24 },
        },
      ),
    );
  });

  test('ROW15: a person who left is named as what may be missing; structure that left is still there', async () => {
    const tamper = async (lake: LakeFixture) => {
      await lake.rewrite('Ingested_Corrected', 'Enrollment', "SELECT * REPLACE ('gone' AS PersonId) FROM rows");
      await lake.rewrite('general', 'Enrollment', "SELECT * REPLACE ('section-3' AS SectionId) FROM rows");
    };
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'warning',
        'ROW15',
        'Rows refer to values of Person.Id that are not there. The source is at fault, or they have left the snapshot (ROW15); the rows are kept.',
        { table: 'Enrollment', column: 'PersonId', counts: { rows: 24, unresolved: 24 } },
      ),
    );
  });

  test('a table that was never delivered cannot be looked up', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('Ingested_Corrected', 'Section', "SELECT * REPLACE ('course-1' AS CourseId) FROM rows");
    expect(await verify({ check, tamper })).toEqual(
      finding('information', 'ROW15', 'Course was never delivered, so Course.Id cannot be looked up.', {
        table: 'Section',
        column: 'CourseId',
        counts: { rows: 3 },
      }),
    );
  });
});

test('ROW9: one GUID in two spellings is a warning that names the domain; without GUIDs there is nothing to examine', async () => {
  const check = 'identifiers are spelled in one way';
  expect(await verify({ check })).toEqual({ status: 'skipped', findings: [] });
  const guid = '0A1B2C3D-0000-4000-8000-00000000000f';
  const tamper = async (lake: LakeFixture) => {
    await lake.rewrite('Ingested_Corrected', 'Person', `SELECT * REPLACE (upper('${guid}') AS Id) FROM rows`);
    await lake.rewrite('Ingested_Corrected', 'Enrollment', `SELECT * REPLACE (lower('${guid}') AS PersonId) FROM rows`);
  };
  const { status, findings } = await verify({ check, tamper });
  expect({ status, findings }).toEqual(
    finding(
      'warning',
      'ROW9',
      expect.stringMatching(
        /^1 identifiers of the domain person are spelled in several ways \(case or dashes\)/,
      ) as string,
      {
        counts: { identifiers: 1, several: 1 },
      },
    ),
  );
});

describe('refined rows are those of Corrected', () => {
  const check = 'refined rows are those of Corrected';
  const changed = (stage: string, table: string, column: string): object =>
    finding(
      'error',
      'ROW15',
      `${stage} has a column whose values are not those that Corrected gives. Process the lake with --rebuild.`,
      { table, column },
    );

  test.each([[false], [true]])('a good lake (without salt: %s)', async (withoutSalt) => {
    expect(await verify({ check, withoutSalt })).toEqual(passed);
  });

  test.each([[false], [true]])('ROW15: a stale row in general (without salt: %s)', async (withoutSalt) => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('general', 'Person', 'SELECT * FROM rows UNION ALL (SELECT * FROM rows LIMIT 1)');
    expect(await verify({ check, tamper, withoutSalt })).toEqual(
      finding(
        'error',
        'ROW15',
        'general has another number of current rows than Corrected. Process the lake with --rebuild.',
        {
          table: 'Person',
          counts: { corrected: 24, general: 25 },
        },
      ),
    );
  });

  test('a value that differs', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('general', 'activity', "SELECT * REPLACE ('Excel' AS AppName) FROM rows");
    expect(await verify({ check, tamper })).toEqual(changed('general', 'activity', 'AppName'));
  });

  test('a changed pseudonym: seen with the salt, not without', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Enrollment',
        'SELECT * REPLACE (md5(PersonId_pseudonym) AS PersonId_pseudonym) FROM rows',
      );
    expect(await verify({ check, tamper })).toEqual(changed('general', 'Enrollment', 'PersonId_pseudonym'));
    expect(await verify({ check, withoutSalt: true })).toEqual(passed);
  });

  test('the right values in the wrong rows', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'Enrollment',
        `SELECT a.* REPLACE (b.PersonId_pseudonym AS PersonId_pseudonym) FROM (SELECT *, row_number() OVER () AS n FROM rows) a
         JOIN (SELECT *, row_number() OVER () % 24 + 1 AS n FROM rows) b USING (n)`.replace('a.*', 'a.* EXCLUDE (n)'),
      );
    expect(await verify({ check, tamper })).toEqual(
      finding('error', 'ROW15', 'general has the right values in the wrong rows. Process the lake with --rebuild.', {
        table: 'Enrollment',
      }),
    );
  });

  test('a lookup with an original that differs', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('sensitive', 'Person', "SELECT * REPLACE ('Nobody' AS Surname) FROM rows");
    expect(await verify({ check, tamper })).toEqual(changed('sensitive', 'Person', 'Surname'));
  });

  test('a kept table whose lookup has lost a row', async () => {
    const tamper = (lake: LakeFixture) => lake.rewrite('sensitive', 'AadGroup', 'SELECT * FROM rows LIMIT 2');
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'ROW15',
        'sensitive does not have the rows of Corrected and the kept rows of general. Process the lake with --rebuild.',
        {
          table: 'AadGroup',
          counts: { missing: 1, stale: 0 },
        },
      ),
    );
  });

  test('kept rows with contradicting marks, and more of them than the ledger says', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('general', 'Section', 'SELECT * REPLACE (false AS IsCurrent) FROM rows');
    const { findings } = await verify({ check, tamper });
    expect(findings).toEqual([
      {
        severity: 'error',
        code: 'ROW15',
        message: 'General has rows whose IsCurrent and GoneSince contradict each other.',
        table: 'Section',
        counts: { rows: 3 },
      },
      {
        severity: 'error',
        code: 'ROW15',
        message: 'General has another number of kept rows than its ledger says.',
        table: 'Section',
        counts: { ledger: 1, general: 4 },
      },
      {
        severity: 'error',
        code: 'ROW15',
        message: 'general has another number of current rows than Corrected. Process the lake with --rebuild.',
        table: 'Section',
        counts: { corrected: 3, general: 0 },
      },
    ]);
  });
});

describe('joins of the dashboards hit', () => {
  const check = 'joins of the dashboards hit';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('a pseudonym that no longer joins', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'general',
        'activity',
        'SELECT * REPLACE (sha256(ActorId_pseudonym) AS ActorId_pseudonym) FROM rows',
      );
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV1',
        'The join activity.ActorId to AadUser.ObjectId hits fewer rows in general than in Corrected. Process the lake with --rebuild.',
        {
          table: 'activity',
          column: 'ActorId',
          counts: { corrected: 60, general: 0 },
        },
      ),
    );
  });

  test('actors whom the directory does not know are a warning', async () => {
    const some = (column: string): string =>
      `SELECT * REPLACE (CASE WHEN SignalId = 'signal-1' THEN sha256('stranger') ELSE ${column} END AS ${column}) FROM rows`;
    const tamper = async (lake: LakeFixture) => {
      await lake.rewrite('Ingested_Corrected', 'activity', some('ActorId'));
      await lake.rewrite('general', 'activity', some('ActorId_pseudonym'));
    };
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'warning',
        'PRIV1',
        'The join activity.ActorId to AadUser.ObjectId does not hit every row: the source has values that the other table does not know.',
        {
          table: 'activity',
          column: 'ActorId',
          counts: { rows: 60, unknown: 1 },
        },
      ),
    );
  });
});

test('tables are fresh and complete: newest rundates, what never came, an old roster', async () => {
  const tamper = (lake: LakeFixture) =>
    lake.editEvents((events) =>
      events.map((event) =>
        'rundate' in event && event.rundate.startsWith('2024-02-02')
          ? { ...event, rundate: '2024-03-02 00:00:00' }
          : event,
      ),
    );
  const { status, findings } = await verify({ check: 'tables are fresh and complete', tamper });
  expect({ status, findings }).toEqual({
    status: 'warned',
    findings: [
      {
        severity: 'information',
        code: 'ROW2',
        message: 'The newest processed activity is of 2024-03-02 00:00:00 UTC.',
        counts: { tables: 1 },
      },
      {
        severity: 'information',
        code: 'ROW2',
        message: 'The newest processed roster is of 2024-02-01 00:00:00 UTC.',
        counts: { tables: 9 },
      },
      {
        severity: 'warning',
        code: 'ROW2',
        message: expect.stringMatching(
          /^Required tables were never delivered, so there was nothing to check: [A-Za-z, ]+\.$/,
        ),
        counts: { tables: expect.any(Number) },
      },
      {
        severity: 'information',
        code: 'ROW2',
        message: 'Tables were never delivered, so there was nothing to check: RefTranslation.',
        counts: { tables: 1 },
      },
      {
        severity: 'information',
        code: 'ROW2',
        message: 'The roster is older than the activity, so newcomers are not in it. Check the roster export.',
        counts: { days: 30 },
      },
    ],
  });
});

describe('erased persons stay erased', () => {
  const check = 'erased persons stay erased';
  const key = 'the key of the tombstones';
  const erasureKey = async (): Promise<string> => key;
  const erased =
    (...actions: readonly ('erase' | 'finished')[]) =>
    async ({ store, paths }: LakeFixture): Promise<void> => {
      const tombstones = await Tombstones.read(store, paths);
      const identifiers = [identifierHmac(key, 'person', 'PERSON-RECORD-00000000')];
      for (const action of actions) await tombstones.append(action, identifiers, key, new Date(0));
    };

  test('a good lake, of which nobody was erased: the key is not asked for', async () => {
    const refuse = () => Promise.reject(new Error('asked'));
    expect(await verify({ check, options: { erasureKey: refuse } })).toEqual(passed);
  });

  test('ERASE1: somebody erased is in tables, by any spelling', async () => {
    const { status, findings } = await verify({ check, tamper: erased('erase', 'finished'), options: { erasureKey } });
    expect([status, findings[0]]).toEqual([
      'failed',
      {
        severity: 'error',
        code: 'ERASE1',
        message: 'Ingested names persons who were erased: `insights erase` them again.',
        table: 'AadUserPersonMapping',
        counts: { found: 1 },
      },
    ]);
    const places = findings.map(({ message, table }) => `${table} ${message.split(' ')[0]}`);
    expect(places).toEqual(expect.arrayContaining(['Person sensitive', 'Enrollment Ingested_Corrected']));
  });

  test('an erasure that has not come to its end, and a key that was not given', async () => {
    const unfinished = 'An erasure was begun and has not come to its end: `insights erase --resume` completes it.';
    const unchecked = 'Whether rows of erased persons are in the lake was not checked: the erasure key was not given.';
    const { status, findings } = await verify({ check, tamper: erased('erase') });
    expect([status, findings.map(({ message }) => message)]).toEqual(['warned', [unfinished, unchecked]]);
  });

  test('another key recognises nobody, and is an error', async () => {
    const options = { erasureKey: async () => 'another key' };
    const { findings } = await verify({ check, tamper: erased('erase', 'finished'), options });
    expect(findings.map(({ code }) => code)).toEqual(['ERASURE_KEY_DIFFERS']);
  });
});
