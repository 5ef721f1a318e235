import { quoteNationalText } from './sql-text';
import { checkedWorkspace, type SqlStatement, type SqlStep } from './t-sql-statement';

/** Longest message that THROW takes, in characters. */
const messageLimit = 2048;

/**
 * Steps as batches, one for each database they connect to, in the order in which databases come first: an activity of a pipeline
 * costs many times what its statements cost. Within a batch each step stands for itself. It has a
 * transaction of its own, which an error undoes as a whole; the others are run all the same, and at the end the batch
 * fails with the name of every step that did, and the reasons.
 */
export function sqlBatches(steps: readonly SqlStep[]): readonly SqlStatement[] {
  const groups = new Map<string, SqlStep[]>();
  for (const step of steps) groups.set(step.database, [...(groups.get(step.database) ?? []), step]);
  return [...groups].map(([database, group]) => ({
    name: database,
    database,
    hasAlias: group.some(({ hasAlias }) => hasAlias),
    text: batchText(group),
  }));
}

function batchText(steps: readonly SqlStep[]): string {
  return [
    'SET XACT_ABORT ON;',
    checkedWorkspace,
    "DECLARE @step NVARCHAR(256), @failed NVARCHAR(MAX) = N'', @reasons NVARCHAR(MAX) = N'';",
    ...steps.map(stepText),
    "IF @failed <> N''",
    'BEGIN',
    `  DECLARE @message NVARCHAR(${messageLimit}) =`,
    `    LEFT(N'Failed in ' + DB_NAME() + N': ' + STUFF(@failed, 1, 2, N'') + N'.' + @reasons, ${messageLimit});`,
    '  THROW 50003, @message, 1;',
    'END;',
  ].join('\n');
}

/** An error that the name of a group could word otherwise is told by the name itself, so names go first. */
function stepText({ name, text, alone, tolerated }: SqlStep): string {
  const recorded = [
    "SET @failed = @failed + N'; ' + @step;",
    "SET @reasons = @reasons + N' ' + @step + N': ' + ERROR_MESSAGE();",
  ];
  return [
    `SET @step = ${quoteNationalText(name)};`,
    'BEGIN TRY',
    ...(alone === true ? [text] : ['BEGIN TRANSACTION;', text, 'COMMIT TRANSACTION;']),
    'END TRY',
    'BEGIN CATCH',
    'IF XACT_STATE() <> 0 ROLLBACK TRANSACTION;',
    ...(tolerated === undefined
      ? recorded
      : [`IF ERROR_MESSAGE() NOT LIKE ${quoteNationalText(tolerated)}`, 'BEGIN', ...recorded, 'END;']),
    'END CATCH;',
  ].join('\n');
}
