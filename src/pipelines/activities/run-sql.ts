import type { SqlRequest, SqlResult } from '../ports';
import type { ActivityContext } from '../run/activity-type';
import { ActivityFailure } from '../run/records';

/** Runs SQL through the port; what it throws is a failure of the activity. */
export async function runSql(context: ActivityContext, request: Omit<SqlRequest, 'signal'>): Promise<SqlResult> {
  try {
    return await context.run.ports.sql.run({ ...request, signal: context.signal });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new ActivityFailure('2402', `Execution fail against sql server. Error Message: ${reason}`);
  }
}
