import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import type { DrillReport } from '../../src/rehearsal/drill';
import { captured } from '../cli/captured';
import { useTemporaryFolders } from '../support/temporary-folder';

/** A whole environment on a local Azure, torn down to the ground and made again by the command itself. */

/** Longer than any machine takes, in milliseconds. */
const longest = 2_400_000;
const temporaryFolder = useTemporaryFolders();

test(
  'PRIV4: everything goes, vault and salt included, and with the salt of the backup every pseudonym is the same',
  async () => {
    const passphraseFile = path.join(await temporaryFolder(), 'passphrase');
    writeFileSync(passphraseFile, 'five words drawn by lot\n');
    const surroundings = captured({ environment: process.env });
    const words = ['drill', '--platform', '--passphrase-file', passphraseFile, '--json'];
    const exitCode = await runCli(words, surroundings);
    const { stdout, stderr } = surroundings.printed();
    const { result, error } = JSON.parse(stdout) as { result: DrillReport; error: unknown };
    expect({ exitCode, error, warnings: /^Warning.*/m.exec(stderr) }).toEqual({
      exitCode: 0,
      error: null,
      warnings: null,
    });
    expect({ ...result, phases: result.phases.map(({ name }) => name), recoverySeconds: 0, rows: 0 }).toEqual({
      scope: 'platform',
      phases: [
        'provision the platform',
        'provision the insights: load, run, verify',
        'back up the salt',
        'destroy the insights',
        'destroy the platform',
        'provision the platform again',
        'restore the salt',
        'provision the insights again: load, run, verify',
      ],
      recoverySeconds: 0,
      kept: ['deleted vault kv-oea-insightsdev', 'secret kv-oea-insightsdev/oeasalt-dev'],
      tables: 40,
      rows: 0,
      samePseudonyms: true,
    });
    expect(result.rows).toBeGreaterThan(30_000);
  },
  longest,
);
