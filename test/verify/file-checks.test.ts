import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import type { LakeFixture } from './lake-fixture';
import { useTamperedLakes } from './tampered-lakes';

const verify = useTamperedLakes();
const passed = { status: 'passed', findings: [] };
const stage2 = 'oea/dev/stage2';

function finding(severity: 'error' | 'warning' | 'information', code: string, message: string, rest: object): object {
  const status = { error: 'failed', warning: 'warned', information: 'passed' }[severity];
  return { status, findings: [{ severity, code, message, ...rest }] };
}

describe('files hold the rows that the log counts', () => {
  const check = 'files hold the rows that the log counts';
  const file = `${stage2}/Refined/M365/v1.14/general/Person/part-0.parquet`;
  const editStatistics = (stats: string | undefined) => (lake: LakeFixture) =>
    lake.editCommit('general', 'Person', 0, (actions) => {
      for (const { add } of actions) if (add !== undefined) add['stats'] = stats;
      return actions;
    });

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('other rows than the log says', async () => {
    expect(await verify({ check, tamper: editStatistics('{"numRecords":30}') })).toEqual(
      finding('error', 'ROW14', 'A file of general holds another number of rows than the log says.', {
        table: 'Person',
        file,
        counts: { log: 30, file: 24 },
      }),
    );
  });

  test('no numRecords', async () => {
    expect(await verify({ check, tamper: editStatistics(undefined) })).toEqual(
      finding('error', 'ROW14', 'A file of general has no numRecords in the log.', { table: 'Person', file }),
    );
  });
});

describe('nothing else is in the folders', () => {
  const check = 'nothing else is in the folders';
  const unknown = (stage: string, name: string): object =>
    finding(
      'error',
      'ROW14',
      `${stage} holds something that is no table of the catalogue. Find out who put it there, and remove it.`,
      {
        file: `${stage2}/${name}`,
        counts: { files: 1 },
      },
    );
  const put = (path: string) => (lake: LakeFixture) => lake.writeFile(`${stage2}/${path}`, 'x');

  test('a good lake, with the files of a former version', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test.each([
    ['Ingested', 'Ingested/M365/v1.14/Backup', 'Ingested/M365/v1.14/Backup/part.parquet'],
    ['Ingested_Corrected', 'Ingested_Corrected/M365/v1.14/notes.txt', 'Ingested_Corrected/M365/v1.14/notes.txt'],
    ['Rejected', 'Rejected/M365/v1.14/Old', 'Rejected/M365/v1.14/Old/a.csv'],
    ['general', 'Refined/M365/v1.14/general/AadUser_lookup', 'Refined/M365/v1.14/general/AadUser_lookup/a.parquet'],
    ['sensitive', 'Refined/M365/v1.14/sensitive/AadUser', 'Refined/M365/v1.14/sensitive/AadUser/a.parquet'],
  ])('an unknown folder or file in %s', async (stage, name, path) => {
    expect(await verify({ check, tamper: put(path) })).toEqual(unknown(stage, name));
  });

  test('something beside general and sensitive', async () => {
    expect(await verify({ check, tamper: put('Refined/M365/v1.14/secret/a.csv') })).toEqual(
      finding(
        'error',
        'ROW14',
        'Refined holds something beside general and sensitive. Find out who put it there, and remove it.',
        {
          file: `${stage2}/Refined/M365/v1.14/secret`,
          counts: { files: 1 },
        },
      ),
    );
  });

  test('a stranger in the landing ledger', async () => {
    expect(await verify({ check, tamper: put('Ingested/M365/v1.14/_landing/entry.json') })).toEqual(
      finding('error', 'ROW14', 'The landing ledger holds a file that is none of its own.', {
        file: `${stage2}/Ingested/M365/v1.14/_landing/entry.json`,
      }),
    );
  });

  test.each(['part-9.parquet', '_delta_log/notes.json', '_delta_log/deep/00000000000000000000.json'])(
    'a file that no log mentions: %s',
    async (name) => {
      expect(await verify({ check, tamper: put(`Refined/M365/v1.14/general/Person/${name}`) })).toEqual(
        finding(
          'error',
          'ROW14',
          "general holds files that no version of the table's log mentions. The next insights process removes what a crash left; anything else was put there by hand.",
          { table: 'Person', counts: { files: 1 } },
        ),
      );
    },
  );

  test("Spark's checksums beside known files are known", async () => {
    expect(await verify({ check, tamper: put('Refined/M365/v1.14/general/Person/.part-0.parquet.crc') })).toEqual(
      passed,
    );
  });

  test('a file that the log refers to is gone', async () => {
    const tamper = async (lake: LakeFixture) => fs.rm(await lake.dataFile('general', 'Person'));
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'ROW14',
        'The log of general refers to files that are not there. Restore them, or process the lake with --rebuild.',
        {
          table: 'Person',
          counts: { files: 1 },
        },
      ),
    );
  });

  test('a file of another size', async () => {
    const tamper = async (lake: LakeFixture) => fs.appendFile(await lake.dataFile('general', 'Person'), 'x');
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'ROW14',
        'Files of general do not have the size that the log says: they were changed after they were written.',
        {
          table: 'Person',
          counts: { files: 1 },
        },
      ),
    );
  });
});

describe('landed bytes are those delivered', () => {
  const check = 'landed bytes are those delivered';
  const landed =
    'oea/dev/stage1/Transactional/M365/v1.14/Person/snapshot_batch_data/rundate=2024-02-01 00:00:00/person.csv';

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('ROW1: other bytes', async () => {
    expect(await verify({ check, tamper: (lake) => lake.writeFile(landed, 'other') })).toEqual(
      finding(
        'error',
        'ROW1',
        'A landed file does not have the bytes that were delivered. Stage 1 is never changed: restore it.',
        {
          table: 'Person',
          file: landed,
        },
      ),
    );
  });

  test('ERASE6: a file that retention has taken away is no fault', async () => {
    expect(await verify({ check, tamper: (lake) => fs.rm(nodePath.join(lake.root, landed)) })).toEqual(
      finding(
        'information',
        'ROW1',
        'Landed files are no longer in stage 1 (retention or erasure). They are not landed again.',
        {
          table: 'Person',
          counts: { files: 1 },
        },
      ),
    );
  });

  test('a file that did not land', async () => {
    expect(
      await verify({ check, tamper: (lake) => lake.writeFile(landed.replace('person.csv', 'more.csv'), 'x') }),
    ).toEqual(
      finding(
        'warning',
        'ROW1',
        'Stage 1 holds files that the landing ledger does not know. The next insights process lands them from the drop, or removes what a crash left.',
        { counts: { files: 1 } },
      ),
    );
  });
});

describe('lake was built with this catalogue and salt', () => {
  const check = 'lake was built with this catalogue and salt';
  const catalogue = loadCatalogue('strict');

  test('a good lake', async () => {
    expect(await verify({ check })).toEqual(passed);
  });

  test('PRIV4: another salt', async () => {
    expect(await verify({ check, options: { salt: 'another salt of the fixture' } })).toEqual(
      finding(
        'error',
        'PRIV4',
        'This is not the salt that the lake was built with: pseudonyms were checked against the lookups only. Name the right file with --salt-file.',
        {},
      ),
    );
  });

  test('without a salt it says what is not checked', async () => {
    expect(await verify({ check, withoutSalt: true })).toEqual(
      finding('information', 'PRIV4', 'No salt was given: pseudonyms are checked against the lookups only.', {}),
    );
  });

  test('another catalogue', async () => {
    expect(await verify({ check, catalogue: { ...catalogue, fingerprint: 'another' } })).toEqual(
      finding(
        'error',
        'PRIV4',
        'The lake was built with another catalogue than this one. Run insights process: it says whether --rebuild is needed.',
        {},
      ),
    );
  });

  test('another profile', async () => {
    expect(await verify({ check, catalogue: { ...catalogue, profile: 'v0.2' } })).toEqual(
      finding(
        'error',
        'PRIV4',
        'The lake was built with the profile strict, and is verified with v0.2. Name the right one with --profile.',
        {},
      ),
    );
  });

  test('a rebuild that was not finished', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.editEvents((events) => [
        ...events,
        { event: 'rebuild', state: 'started', fingerprint: catalogue.fingerprint },
      ]);
    expect(await verify({ check, tamper })).toEqual(
      finding(
        'error',
        'PRIV4',
        'A rebuild was started and not finished, so Refined is incomplete. Run insights process again.',
        {},
      ),
    );
  });
});
