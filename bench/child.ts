import { formatError, InsightsError } from '../src/contract/errors';
import { runTask, type TaskInputs, type TaskName } from './tasks';

/** `child.ts TASK JSON`: runs one task and prints what it took as the last line. */
async function main(): Promise<void> {
  const [name, input] = process.argv.slice(2);
  const result = await runTask(name as TaskName, JSON.parse(input ?? '{}') as TaskInputs[TaskName]);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof InsightsError ? formatError(error) : String(error)}\n`);
  process.exitCode = 1;
});
