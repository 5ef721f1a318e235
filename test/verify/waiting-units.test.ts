import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { InsightsError } from '../../src/contract/errors';
import { runReport } from '../contract/lake-schema-examples';
import type { LakeFixture } from './lake-fixture';
import { useTamperedLakes } from './tampered-lakes';

const verify = useTamperedLakes();

afterEach(() => jest.restoreAllMocks());

describe('tables are fresh and complete: nothing was ever processed', () => {
  const waits = { unit: 'roster/2024-03-01T00-00-00', rundate: '2024-03-01 00:00:00', status: 'waiting', batches: 0 };
  const withRun =
    (...runs: readonly object[]) =>
    async (lake: LakeFixture): Promise<void> => {
      await lake.editEvents((events) => events.filter(({ event }) => event === 'catalogue'));
      for (const [index, run] of runs.entries()) {
        const path = lake.paths.runReport(`run-${index}`);
        await lake.writeFile(path, JSON.stringify({ ...runReport, runId: `run-${index}`, version: '1.14', ...run }));
        await utimes(join(lake.root, path), index, index);
      }
    };
  const outcome = async (tamper: (lake: LakeFixture) => Promise<void>) => {
    const { status, findings } = await verify({ check: 'tables are fresh and complete', tamper });
    return [status, findings.filter(({ severity, message }) => severity === 'error' || message.startsWith('Nothing'))];
  };

  test('ROW3: what was delivered waits, so the lake is not good', async () => {
    const activity = { ...waits, unit: 'activity/2024-03-02/a.csv' };
    const processed = { ...waits, unit: 'activity/2024-03-01/a.csv', status: 'processed' };
    const older = { units: [processed] };
    expect(await outcome(withRun(older, { units: [waits, activity] }, { version: '1.15', units: [] }))).toEqual([
      'failed',
      [
        {
          severity: 'error',
          code: 'ROW3',
          message:
            'Nothing was ever processed, and what was delivered waits: roster/2024-03-01T00-00-00, activity/2024-03-02/a.csv. The last run found it still being written (ROW3), or not whole (ROW2). Run again when it is.',
          file: 'oea/reports/dev/runs/run-1.json',
          counts: { units: 2 },
        },
      ],
    ]);
  });

  test.each<[string, (lake: LakeFixture) => Promise<void>]>([
    ['nothing was delivered', withRun({ units: [] })],
    ['no run left a report', withRun()],
    ['it waited no longer at the last run', withRun({ units: [waits] }, { units: [] })],
  ])('%s: an empty lake is no bad one', async (_, tamper) => {
    expect(await outcome(tamper)).toEqual(['skipped', []]);
  });

  const unknown = 'Nothing was ever processed, and whether something was delivered and waits is not known:';

  test('who may not read reports is told that what waits is not known', async () => {
    const tamper = async (lake: LakeFixture): Promise<void> => {
      await withRun({ units: [waits] })(lake);
      const list = lake.store.list.bind(lake.store);
      const forbidden = new InsightsError('LAKE_STORE_FAILED', 'Forbidden.', { cause: { statusCode: 403 } });
      jest
        .spyOn(lake.store, 'list')
        .mockImplementation((folder) => (folder.includes('/runs') ? Promise.reject(forbidden) : list(folder)));
    };
    expect(await outcome(tamper)).toEqual([
      'warned',
      [
        {
          severity: 'warning',
          code: 'ROW3',
          message: `${unknown} whoever verifies may not read the reports of runs.`,
        },
      ],
    ]);
  });

  test('a newest report that is none is said; an older one is of no matter', async () => {
    const torn = (file: string) => async (lake: LakeFixture) => {
      await withRun({ units: [] }, { units: [] })(lake);
      await lake.writeFile(file, '[]');
      await utimes(join(lake.root, file), 1, file.includes('run-0') ? 0 : 1);
    };
    const [older, newest] = ['oea/reports/dev/runs/run-0.json', 'oea/reports/dev/runs/run-1.json'];
    expect(await outcome(torn(older))).toEqual(['skipped', []]);
    const message = `${unknown} the newest report of a run cannot be read.`;
    expect(await outcome(torn(newest))).toEqual([
      'warned',
      [{ severity: 'warning', code: 'REPORT_UNREADABLE', message, file: newest }],
    ]);
  });

  test('beside what was processed, what waits is nothing to say', async () => {
    const tamper = (lake: LakeFixture) =>
      lake.writeFile(lake.paths.runReport('run-0'), JSON.stringify({ ...runReport, version: '1.14', units: [waits] }));
    expect(await outcome(tamper)).toEqual(['warned', []]);
  });
});
