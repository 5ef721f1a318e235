import { InsightsError } from '../contract/errors';
import type { VerificationCheck, VerificationReport } from '../contract/lake-format';
import { CheckReport, type Check } from './check';
import { VerifyContext, type VerifyOptions } from './context';
import { newestRundates, tableFlows } from './flow';
import { checks } from './checks';
import { fingerprintOfSalt } from './salt';

/**
 * Runs all checks on a lake and tells what they found. Only reads; the caller writes the report (design.md §4).
 * A check that meets an error of ours fails with that error's code, and the others still run.
 * @throws InsightsError LAKE_EMPTY when there is no lake, LEDGER_BROKEN when its landing ledger cannot be read
 */
export async function verifyLake(options: VerifyOptions): Promise<VerificationReport> {
  const now = options.now ?? (() => new Date());
  const startedAt = now();
  const context = await VerifyContext.open(options);
  const { connection, salt, catalogue, paths } = options;
  // The salt is a variable: in a statement's text, error messages and plans could quote it (PRIV3).
  if (salt !== undefined) await connection.run('SET VARIABLE verify_salt = $salt', { salt });
  const results: VerificationCheck[] = [];
  try {
    for (const [index, check] of checks.entries()) {
      options.progress?.(check.name, index, checks.length);
      results.push(await runCheck(check, context));
    }
  } finally {
    if (salt !== undefined) await connection.run('RESET VARIABLE verify_salt');
  }
  return {
    format: 1,
    report: 'verification',
    runId: options.runId ?? `verify-${startedAt.toISOString().replace(/[:.]/g, '-')}`,
    startedAt: startedAt.toISOString(),
    finishedAt: now().toISOString(),
    workspace: paths.workspace,
    version: paths.version,
    profile: catalogue.profile,
    catalogue: catalogue.fingerprint,
    saltFingerprint: salt === undefined ? null : fingerprintOfSalt(salt),
    outcome: results.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
    tables: tableFlows(context),
    freshness: newestRundates(context),
    checks: results,
  };
}

async function runCheck(check: Check, context: VerifyContext): Promise<VerificationCheck> {
  const report = new CheckReport(check);
  try {
    await check.run(context, report);
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    const { table, column, file, path } = error.place;
    report.add(
      'error',
      `${error.message} ${error.nextStep}`,
      {
        ...(table === undefined ? {} : { table }),
        ...(column === undefined ? {} : { column }),
        ...(((file ?? path) === undefined ? {} : { file: file ?? path }) as { file?: string }),
      },
      error.code,
    );
  }
  return report.result();
}
