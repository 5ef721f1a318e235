import type { LedgerEvent } from '../../src/contract/lake-format';
import type { LakeFixture } from './lake-fixture';
import { useTamperedLakes } from './tampered-lakes';

const verify = useTamperedLakes();
const log = (stage: string, table: string): string => `oea/dev/stage2/${stage}/M365/v1.14/${table}/_delta_log`;
const passed = { status: 'passed', findings: [] };

function error(code: string, message: string, rest: object): object {
  return { status: 'failed', findings: [{ severity: 'error', code, message, ...rest }] };
}

describe('ledger adds up', () => {
  const check = 'ledger adds up';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('ROW14: rows in that went nowhere', async () => {
    const tamper = (lake: LakeFixture) => lake.editLedger('Ingested_Corrected', 'AadUser', 0, { in: 25 });
    expect(await verify({ check, tamper })).toEqual(
      error('ROW14', 'Version 0 of Ingested_Corrected: rows in are not written + duplicates + rejected + applied.', {
        table: 'AadUser',
        file: log('Ingested_Corrected', 'AadUser'),
        counts: { in: 25, written: 24, duplicates: 0, rejected: 0, applied: 0 },
      }),
    );
  });

  test('a total that does not follow from the one before', async () => {
    const tamper = (lake: LakeFixture) => lake.editLedger('Ingested', 'Section', 1, { superseded: 3 });
    expect(await verify({ check, tamper })).toEqual(
      error('ROW14', 'Version 1 of Ingested: total is not total before + written - superseded - removed.', {
        table: 'Section',
        file: log('Ingested', 'Section'),
        counts: { before: 4, written: 3, superseded: 3, removed: 0, total: 3 },
      }),
    );
  });

  test('rows that were taken out behind the ledger', async () => {
    const tamper = (lake: LakeFixture) => lake.rewrite('general', 'Organization', 'SELECT * FROM rows LIMIT 1');
    expect(await verify({ check, tamper })).toEqual({
      status: 'failed',
      findings: [
        {
          severity: 'error',
          code: 'ROW14',
          message: "Version 0 of general: the ledger's total is not the number of rows in the files.",
          table: 'Organization',
          file: 'oea/dev/stage2/Refined/M365/v1.14/general/Organization/_delta_log',
          counts: { total: 2, statistics: 1 },
        },
        {
          severity: 'error',
          code: 'ROW14',
          message: 'The newest ledger of general and the statistics of its files differ in the number of rows.',
          table: 'Organization',
          counts: { ledger: 2, statistics: 1 },
        },
      ],
    });
  });

  test('a ledger that does not fit its schema', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editCommit('Ingested', 'Person', 0, (actions) => {
        for (const { commitInfo } of actions) if (commitInfo !== undefined) commitInfo['userMetadata'] = '{"format":2}';
        return actions;
      });
    const { findings } = await verify({ check, tamper });
    expect(findings.map(({ message }) => message)).toEqual([
      'The ledger of version 0 of Ingested does not fit its schema: /engine is missing.',
      'Version 0 of Ingested changed the number of rows and has no ledger: another tool wrote it.',
    ]);
  });

  test('a commit of another tool that changed rows', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editCommit('general', 'Person', 0, (actions) => {
        for (const { commitInfo } of actions) delete commitInfo?.['userMetadata'];
        return actions;
      });
    expect(await verify({ check, tamper })).toEqual(
      error('ROW14', 'Version 0 of general changed the number of rows and has no ledger: another tool wrote it.', {
        table: 'Person',
        file: 'oea/dev/stage2/Refined/M365/v1.14/general/Person/_delta_log',
        counts: { before: 0, after: 24 },
      }),
    );
  });

  test('a commit without the transaction of its batch', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editCommit('Ingested', 'Person', 0, (actions) => actions.filter(({ txn }) => txn === undefined));
    expect(await verify({ check, tamper })).toEqual(
      error('ROW14', 'Version 0 of Ingested has no transaction of its batch, so a replay would write it twice.', {
        table: 'Person',
        file: log('Ingested', 'Person'),
        counts: { batch: 3 },
      }),
    );
  });

  test('the ledger of another table', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editCommit('Ingested', 'Person', 0, (actions) => {
        for (const { commitInfo } of actions) {
          if (commitInfo !== undefined)
            commitInfo['userMetadata'] = String(commitInfo['userMetadata']).replace('"Person"', '"Course"');
        }
        return actions;
      });
    expect(await verify({ check, tamper })).toEqual(
      error('ROW14', 'Version 0 of Ingested has the ledger of another table or stage.', {
        table: 'Person',
        file: log('Ingested', 'Person'),
      }),
    );
  });

  test('a log that cannot be read fails with its own code, and the other tables are still checked', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.writeFile(`${log('Ingested', 'Person')}/00000000000000000000.json`, 'no json\n');
    expect(await verify({ check, tamper })).toEqual(
      error(
        'DELTA_LOG_CORRUPT',
        'Ingested cannot be read: A line of a Delta commit is not JSON. Restore the file, or rebuild the table.',
        { table: 'Person' },
      ),
    );
  });
});

describe('every landed batch is accounted for', () => {
  const check = 'every landed batch is accounted for';
  const later = { unit: 'roster/2024-03-01T00-00-00', rundate: '2024-03-01 00:00:00' };
  const land = (events: LedgerEvent[]): LedgerEvent[] => {
    const landed = events.find((event) => event.event === 'landed');
    if (landed?.event !== 'landed') throw new Error('The fixture has landed batches.');
    return [...events, { ...landed, ...later, batch: 99 }];
  };

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test.each<[string, LedgerEvent | undefined, string, string, string]>([
    ['waiting', undefined, 'failed', 'error', 'has landed and waits. Run insights process again.'],
    [
      'failed',
      { event: 'failed', ...later, findings: [{ table: 'Section', code: 'THRESHOLD', message: 'Too many.' }] },
      'failed',
      'error',
      "failed because of THRESHOLD in table Section. Mend the delivery, or skip it: insights quarantine '2024-03-01 00:00:00' --reason <text>.",
    ],
    [
      'held',
      { event: 'held', ...later, findings: [{ table: 'Section', code: 'SHRUNK', message: 'Too few.' }] },
      'failed',
      'error',
      "is held because of SHRUNK in table Section. Release it when it is right: insights confirm '2024-03-01 00:00:00'; else quarantine it.",
    ],
    [
      'superseded',
      { event: 'superseded', ...later, by: 'roster/2024-04-01T00-00-00' },
      'passed',
      'information',
      'was superseded by a newer snapshot and not ingested.',
    ],
    [
      'quarantined',
      { event: 'quarantined', rundate: later.rundate, reason: 'Wrong school year.' },
      'passed',
      'information',
      'was quarantined by an operator and not ingested.',
    ],
  ])('a unit that is %s', async (_, event, status, severity, message) => {
    const tamper = (lake: LakeFixture) =>
      lake.editEvents((events) => [...land(events), ...(event === undefined ? [] : [event])]);
    expect(await verify({ check, tamper })).toEqual({
      status,
      findings: [
        {
          severity,
          code: 'ROW14',
          message: `roster/2024-03-01T00-00-00 of rundate 2024-03-01 00:00:00 ${message}`,
          table: 'Section',
          counts: { batches: 1 },
        },
      ],
    });
  });

  const editOutcome = (table: string, change: object | undefined) => (lake: LakeFixture) =>
    lake.editEvents((events) =>
      events.map((event) =>
        event.event === 'processed'
          ? {
              ...event,
              tables: event.tables.flatMap((outcome) =>
                outcome.table !== table ? outcome : change === undefined ? [] : { ...outcome, ...change },
              ),
            }
          : event,
      ),
    );

  test.each<[string, object | undefined, string, object]>([
    ['nothing', undefined, 'landed with a unit that is processed, but nothing says what became of it.', {}],
    [
      'other landed rows',
      { landed: 26 },
      'Ingested was offered another number of rows than the landed files have.',
      { counts: { landed: 26, in: 24 } },
    ],
    [
      'other duplicates',
      { duplicates: 2 },
      'the landing ledger and the commits count other duplicates.',
      { counts: { landingLedger: 2, commits: 0 } },
    ],
    [
      'other rejects',
      { rejected: { cast: 3 } },
      'the landing ledger and the commits count other rejected rows.',
      { counts: { landingLedger: 3, commits: 0 } },
    ],
  ])('a processed batch with %s', async (_, change, message, rest) => {
    const { status, findings } = await verify({ check, tamper: editOutcome('Person', change) });
    const colon = change === undefined ? ' ' : ': ';
    expect({ status, findings }).toEqual(
      error('ROW14', `Batch 3 (2024-02-01 00:00:00)${colon}${message}`, { table: 'Person', ...rest }),
    );
  });

  test('rows that got lost between Ingested and Corrected', async () => {
    const tamper = (lake: LakeFixture) => lake.editLedger('Ingested_Corrected', 'Person', 0, { in: 20 });
    expect(await verify({ check, tamper })).toEqual(
      error(
        'ROW14',
        'Batch 3 (2024-02-01 00:00:00): Corrected was offered another number of rows than Ingested wrote.',
        {
          table: 'Person',
          counts: { written: 24, in: 20 },
        },
      ),
    );
  });

  test('rows of a batch that never landed', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editEvents((events) => events.filter((event) => event.event !== 'landed' || event.table !== 'Person'));
    const { findings } = await verify({ check, tamper });
    expect(findings).toEqual(
      ['Ingested', 'Ingested_Corrected', 'general', 'sensitive'].map((stage) => ({
        severity: 'error',
        code: 'ROW14',
        message: `${stage} has commits of batches that the landing ledger does not know.`,
        table: 'Person',
        counts: { commits: 1 },
      })),
    );
  });

  test('ROW15: general with other rows than Corrected and the kept ones', async () => {
    const tamper = (lake: LakeFixture) => lake.editLedger('general', 'Section', 1, { kept: 0 });
    expect(await verify({ check, tamper })).toEqual(
      error('ROW14', 'General has another number of rows than Corrected and the kept rows together.', {
        table: 'Section',
        counts: { general: 4, corrected: 3, kept: 0 },
      }),
    );
  });
});

describe('rejected rows are kept', () => {
  const check = 'rejected rows are kept';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('ROW10: a rejected row that is gone', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite('Rejected', 'PersonOrganizationRole', 'SELECT * FROM rows LIMIT 0');
    expect(await verify({ check, tamper })).toEqual(
      error('ROW10', 'Batch 9: Rejected does not hold the rows that the landing ledger counts.', {
        table: 'PersonOrganizationRole',
        counts: { 'ledger key_conflict': 1 },
      }),
    );
  });

  test('rejected rows of a batch that never landed', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.rewrite(
        'Rejected',
        'PersonOrganizationRole',
        'SELECT * FROM rows UNION ALL SELECT * REPLACE (77 AS _batch) FROM rows',
      );
    expect(await verify({ check, tamper })).toEqual(
      error('ROW10', 'Rejected holds rows of batches that the landing ledger does not know.', {
        table: 'PersonOrganizationRole',
        counts: { batches: 1 },
      }),
    );
  });
});
