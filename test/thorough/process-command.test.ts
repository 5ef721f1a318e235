import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { verifyLakeAt } from '../../src/cli/lake-session';
import { runCli } from '../../src/cli/program';
import { InsightsError } from '../../src/contract/errors';
import { FolderStore } from '../../src/lake/folder-store';
import { captured } from '../cli/captured';
import { smallRow, smallRows, writeDrop } from '../support/small-drop';
import { smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** `insights process` and `insights verify` as somebody at a terminal meets them. */

const temporaryFolder = useTemporaryFolders();

interface Place {
  readonly drop: string;
  readonly lake: string;
  readonly salt: string;
}

async function place(): Promise<Place> {
  const folder = await temporaryFolder();
  const [drop, lake, salt] = ['drop', 'lake', 'salt'].map((name) => nodePath.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await fs.writeFile(salt, smallSalt);
  await writeDrop(drop, { activity: { '2022-01-28/a.csv': smallRows('activity', 3) } });
  return { drop, lake, salt };
}

async function insights(...args: string[]): Promise<{ exitCode: number; lines: string[] }> {
  const surroundings = captured();
  const exitCode = await runCli(args, surroundings);
  const { stdout, stderr } = surroundings.printed();
  return { exitCode, lines: `${stdout}${stderr}`.trimEnd().split('\n') };
}

const process = ({ lake, salt }: Place, ...more: string[]) =>
  insights('process', '--lake', lake, '--salt-file', salt, ...more);

test.each([
  ['a file', 'salt', 'The drop is a file, not a folder.'],
  ['nothing', 'nowhere', 'The drop is not there.'],
])('a drop that is %s is refused before a lake is made', async (_, name, message) => {
  const at = await place();
  const drop = nodePath.join(nodePath.dirname(at.drop), name);
  expect(await process(at, '--drop', drop)).toEqual({
    exitCode: 2,
    lines: [
      `DROP_NOT_FOUND: ${message}`,
      `  where: ${drop}`,
      '  next:  Give the folder that contains the M365 folder of the share.',
    ],
  });
  expect(existsSync(at.lake)).toBe(false);
});

test('without a drop and without a lake nothing is made, and that is said', async () => {
  const at = await place();
  expect(await process(at)).toEqual({
    exitCode: 2,
    lines: [
      'LAKE_EMPTY: Workspace dev has no lake of version 1.14 here.',
      `  where: ${at.lake}, oea/dev/stage2/Ingested/M365/v1.14`,
      '  next:  Run `insights process` first, or name the right --lake, --workspace and --version.',
    ],
  });
  expect(existsSync(nodePath.join(at.lake, 'oea'))).toBe(false);
});

test('without a drop a lake goes on with what it has pending, and says how to mend it', async () => {
  const at = await place();
  const bad = Array.from({ length: 12 }, () => smallRow('activity', 1, { SignalId: '' }));
  await writeDrop(at.drop, { activity: { '2022-01-29/b.csv': bad } });
  const first = await process(at, '--drop', at.drop);
  expect([first.exitCode, first.lines.filter((line) => line.startsWith('  next: '))]).toEqual([
    1,
    ['  next: Look at stage2/Rejected for the table; mend the export, or quarantine the batch.'],
  ]);
  await insights('quarantine', '2022-01-29', '--reason', 'test', '--lake', at.lake);
  const second = await process(at);
  expect([second.exitCode, second.lines.at(-1)?.replace(/^Run \S+/, 'Run')]).toEqual([0, 'Run nothing to do']);
});

test('PRIV4: verified with another salt, a lake has that one finding', async () => {
  const at = await place();
  await process(at, '--drop', at.drop);
  await fs.writeFile(at.salt, 'another salt, and long enough');
  const { exitCode, lines } = await insights('verify', '--lake', at.lake, '--salt-file', at.salt);
  expect([exitCode, lines.filter((line) => line.startsWith('  error '))]).toEqual([
    1,
    [
      '  error PRIV4: This is not the salt that the lake was built with: pseudonyms were checked against the lookups only. Name the right file with --salt-file.',
    ],
  ]);
});

test('a lake that may only be read is verified, and the report is not left there', async () => {
  const at = await place();
  await process(at, '--drop', at.drop);
  class ReadOnlyStore extends FolderStore {
    override write(path: string): Promise<never> {
      return Promise.reject(
        new InsightsError('LAKE_STORE_FAILED', 'The file system refused an operation (EROFS).', {
          place: { path },
          cause: Object.assign(new Error('read-only'), { code: 'EROFS' }),
        }),
      );
    }
  }
  const lake = () => new ReadOnlyStore(at.lake, { durable: false });
  const { report, reportLeft } = await verifyLakeAt({
    lake,
    workspace: 'dev',
    version: '1.14',
    saltFile: at.salt,
    progress: () => undefined,
  });
  expect([report.outcome, reportLeft]).toEqual(['passed', false]);
});
