import { asList, asObject } from '../definition';
import { resolveLinkedService } from '../data/linked-service';
import { databaseOf } from '../data/sql-connection';
import { toText } from '../expression/content';
import { fromJson, toJson, type Value } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';
import { runSql } from './run-sql';

/** Runs SQL texts one after the other, and gives the rows of those that are queries. */
export const script: ActivityType = {
  type: 'Script',
  kind: 'execution',
  run: async (context) => {
    const { activity, run, scope } = context;
    const service = resolveLinkedService(activity.linkedServiceName, run.artifacts, scope);
    refuseUnsupported(context);
    const resultSets: Value[] = [];
    let recordsAffected = 0;
    context.setInput({ scripts: BigInt(asList(activity.typeProperties['scripts']).length) });
    for (const one of asList(activity.typeProperties['scripts']).map(asObject)) {
      const parameters = asList(one['parameters']).map(asObject);
      const result = await runSql(context, {
        linkedService: service.name,
        database: databaseOf(service),
        text: toText(context.evaluate(one['text'])),
        parameters: Object.fromEntries(
          parameters.map(({ name, value }) => [toText(context.evaluate(name)), toJson(context.evaluate(value))]),
        ),
      });
      recordsAffected += result.recordsAffected;
      if (one['type'] === 'NonQuery') continue;
      for (const rows of result.resultSets) {
        resultSets.push({ rowCount: BigInt(rows.length), rows: rows.map(fromJson) });
      }
    }
    return {
      resultSetCount: BigInt(resultSets.length),
      recordsAffected: BigInt(recordsAffected),
      resultSets,
      outputParameters: {},
      outputLogs: '',
    };
  },
};

/** What would be left out silently otherwise. */
function refuseUnsupported({ activity }: ActivityContext): void {
  const parameters = asList(activity.typeProperties['scripts']).flatMap((one) => asList(asObject(one)['parameters']));
  const isOutput = parameters.some((one) => /output/i.test(toText(fromJson(asObject(one)['direction'] ?? ''))));
  const unsupported =
    activity.typeProperties['scriptReference'] !== undefined
      ? 'A script in a file'
      : isOutput
        ? 'An output parameter'
        : undefined;
  if (unsupported === undefined) return;
  throw new ActivityFailure('NotImplemented', `${unsupported} of '${activity.name}' cannot be used here.`);
}
