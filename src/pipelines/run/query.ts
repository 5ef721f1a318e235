import { InsightsError } from '../../contract/errors';
import type { ActivityRunRecord, PipelineRunRecord, TriggerRunRecord } from './records';

/** Body of the service's queries for runs. */
export interface RunQuery {
  /** Only what was updated at or after this time, ISO 8601. */
  readonly lastUpdatedAfter: string;
  /** Only what was updated at or before this time. */
  readonly lastUpdatedBefore: string;
  readonly filters?: readonly RunFilter[];
  readonly orderBy?: readonly RunOrder[];
  readonly continuationToken?: string | null;
}

export interface RunFilter {
  readonly operand: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface RunOrder {
  readonly orderBy: string;
  readonly order: string;
}

/** Undefined `continuationToken`: this is the last page. */
export interface RunPage<T> {
  readonly value: readonly T[];
  readonly continuationToken?: string;
}

/** How records of one kind are searched: what each operand and order reads; names ignore case. */
interface Searchable<T> {
  readonly operands: Readonly<Record<string, (record: T) => string>>;
  readonly orders: readonly string[];
  readonly lastUpdated: (record: T) => string;
}

const pipelineRuns: Searchable<PipelineRunRecord> = {
  operands: {
    PipelineName: ({ pipelineName }) => pipelineName,
    RunStart: ({ runStart }) => runStart,
    RunEnd: ({ runEnd }) => runEnd ?? '',
    Status: ({ status }) => status,
    RunGroupId: ({ runGroupId }) => runGroupId,
    TriggerName: ({ invokedBy }) => (invokedBy.invokedByType.endsWith('Trigger') ? invokedBy.name : ''),
    TriggerId: ({ invokedBy }) => (invokedBy.invokedByType.endsWith('Trigger') ? invokedBy.id : ''),
    LatestOnly: ({ isLatest }) => String(isLatest),
  },
  orders: ['PipelineName', 'RunStart', 'RunEnd', 'Status', 'TriggerName'],
  lastUpdated: ({ lastUpdated }) => lastUpdated,
};

const activityRuns: Searchable<ActivityRunRecord> = {
  operands: {
    ActivityName: ({ activityName }) => activityName,
    ActivityType: ({ activityType }) => activityType,
    ActivityRunStart: ({ activityRunStart }) => activityRunStart,
    ActivityRunEnd: ({ activityRunEnd }) => activityRunEnd ?? '',
    Status: ({ status }) => status,
  },
  orders: ['ActivityName', 'ActivityRunStart', 'ActivityRunEnd', 'Status'],
  lastUpdated: ({ activityRunEnd, activityRunStart }) => activityRunEnd ?? activityRunStart,
};

const triggerRuns: Searchable<TriggerRunRecord> = {
  operands: {
    TriggerName: ({ triggerName }) => triggerName,
    TriggerRunTimestamp: ({ triggerRunTimestamp }) => triggerRunTimestamp,
    Status: ({ status }) => status,
  },
  orders: ['TriggerName', 'TriggerRunTimestamp', 'Status'],
  lastUpdated: ({ triggerRunTimestamp }) => triggerRunTimestamp,
};

/** Records of a page, when the service does not say otherwise. */
const pageSize = 100;

/** Answers `queryPipelineRuns`. Without an order, the newest first. @throws InsightsError RUN_QUERY_INVALID. */
export function queryPipelineRuns(
  records: readonly PipelineRunRecord[],
  query: RunQuery,
  size = pageSize,
): RunPage<PipelineRunRecord> {
  return search(records, query, pipelineRuns, { orderBy: 'RunStart', order: 'DESC' }, size);
}

/** Answers `queryActivityruns` of one run. Without an order, the oldest first. @throws InsightsError RUN_QUERY_INVALID. */
export function queryActivityRuns(
  records: readonly ActivityRunRecord[],
  query: RunQuery,
  size = pageSize,
): RunPage<ActivityRunRecord> {
  return search(records, query, activityRuns, { orderBy: 'ActivityRunStart', order: 'ASC' }, size);
}

/** Answers `queryTriggerRuns`. Without an order, the newest first. @throws InsightsError RUN_QUERY_INVALID. */
export function queryTriggerRuns(records: readonly TriggerRunRecord[], query: RunQuery): RunPage<TriggerRunRecord> {
  return search(records, query, triggerRuns, { orderBy: 'TriggerRunTimestamp', order: 'DESC' }, pageSize);
}

function search<T>(
  records: readonly T[],
  query: RunQuery,
  searchable: Searchable<T>,
  defaultOrder: RunOrder,
  size: number,
): RunPage<T> {
  const [after, before] = [time(query.lastUpdatedAfter), time(query.lastUpdatedBefore)];
  const filters = (query.filters ?? []).map((filter) => predicate(filter, searchable));
  const found = records.filter((record) => {
    const updated = Date.parse(searchable.lastUpdated(record));
    return updated >= after && updated <= before && filters.every((matches) => matches(record));
  });
  const orders = query.orderBy === undefined || query.orderBy.length === 0 ? [defaultOrder] : query.orderBy;
  const compare = orders.map((order) => comparison(order, searchable));
  // A stable sort: records that are equal stay in the order in which they began.
  const sorted = found.sort((left, right) => compare.map((by) => by(left, right)).find((sign) => sign !== 0) ?? 0);
  const from = offset(query.continuationToken);
  const value = sorted.slice(from, from + size);
  return from + size < sorted.length ? { value, continuationToken: token(from + size) } : { value };
}

function predicate<T>(filter: RunFilter, { operands }: Searchable<T>): (record: T) => boolean {
  const read = operandOf(filter.operand, operands);
  const wanted = new Set(filter.values.map((value) => value.toLowerCase()));
  const isIn = (record: T): boolean => wanted.has(read(record).toLowerCase());
  switch (filter.operator.toLowerCase()) {
    case 'equals':
    case 'in':
      return isIn;
    case 'notequals':
    case 'notin':
      return (record) => !isIn(record);
    default:
      throw invalid(`The operator ${filter.operator} is none of Equals, NotEquals, In and NotIn.`);
  }
}

function comparison<T>(order: RunOrder, searchable: Searchable<T>): (left: T, right: T) => number {
  if (!searchable.orders.some((name) => name.toLowerCase() === order.orderBy.toLowerCase())) {
    throw invalid(`Runs cannot be ordered by ${order.orderBy}; they can by ${searchable.orders.join(', ')}.`);
  }
  const read = operandOf(order.orderBy, searchable.operands);
  const sign = order.order.toUpperCase() === 'DESC' ? -1 : 1;
  return (left, right) => {
    const [one, other] = [read(left), read(right)];
    return one < other ? -sign : one > other ? sign : 0;
  };
}

function operandOf<T>(name: string, operands: Searchable<T>['operands']): (record: T) => string {
  const found = Object.entries(operands).find(([operand]) => operand.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found[1];
  throw invalid(`Runs have no ${name}; they have ${Object.keys(operands).join(', ')}.`);
}

function time(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) {
    throw invalid('lastUpdatedAfter and lastUpdatedBefore must be times in ISO 8601.');
  }
  return milliseconds;
}

/** The token of a page says how many records were before it. */
function token(count: number): string {
  return Buffer.from(JSON.stringify({ count })).toString('base64');
}

function offset(text: string | null | undefined): number {
  if (text === undefined || text === null) return 0;
  const count = /^\{"count":(\d+)\}$/.exec(Buffer.from(text, 'base64').toString('utf8'))?.[1];
  if (count === undefined) throw invalid('The continuation token is not one of this service.');
  return Number(count);
}

function invalid(message: string): InsightsError {
  return new InsightsError('RUN_QUERY_INVALID', message);
}
