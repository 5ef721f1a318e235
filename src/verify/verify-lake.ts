import type { VerificationCheck, VerificationReport } from '../contract/lake-format';
import { sideBySide } from '../engine/side-by-side';
import { runCheck } from './check';
import { VerifyContext, type VerifyOptions } from './context';
import { newestRundates, tableFlows } from './flow';
import { checks } from './checks';
import { saltFingerprint } from '../contract/salt';

/**
 * Runs all checks on a lake and tells what they found. Only reads; the caller writes the report (design.md §4).
 * A check that meets an error of ours fails with that error's code, and the others still run.
 * @throws InsightsError LAKE_EMPTY when there is no lake, LEDGER_BROKEN when its landing ledger cannot be read
 */
export async function verifyLake(options: VerifyOptions): Promise<VerificationReport> {
  const now = options.now ?? (() => new Date());
  const startedAt = now();
  const context = await (await VerifyContext.open(options)).inMemory();
  const { salt, catalogue, paths } = options;
  const contexts = [context];
  const results: VerificationCheck[] = [];
  try {
    if (options.secondConnection !== undefined && context.isInMemory)
      contexts.push(await context.beside(options.secondConnection));
    await sideBySide(contexts, [...checks.entries()], async ([index, check], own) => {
      options.progress?.(check.name, index, checks.length);
      results[index] = await runCheck(check, own);
    });
  } finally {
    await closeAll(contexts);
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
    saltFingerprint: salt === undefined ? null : saltFingerprint(salt),
    outcome: results.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
    tables: tableFlows(context),
    freshness: newestRundates(context),
    checks: results,
  };
}

/** Each of them, also where another cannot be closed: the salt is in all. */
async function closeAll(contexts: readonly VerifyContext[]): Promise<void> {
  const closed = await Promise.allSettled(contexts.map((own) => own.close()));
  for (const result of closed) if (result.status === 'rejected') throw result.reason;
}
