import type { Table } from '../../catalogue/model';
import { generalShape, type RefinedColumn } from '../../catalogue/refined-shape';
import { quoteName } from '../../catalogue/render/sql-text';
import { toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import { hasField } from '../columns';
import type { RefinedTable, VerifyContext } from '../context';

/** Fewer persons than this in a group single them out (lake-rules.md CELL1). */
export const smallestGroup = 5;

/** The domains whose pseudonyms stand for somebody: a person, or one of a person's accounts. */
const subjects = ['person', 'directoryUser'] as const;
type Subject = (typeof subjects)[number];

/** A table in which general says something of persons, and what. */
interface PersonFacts {
  readonly table: string;
  readonly subject: Subject;
  /** Each row is an event, with many of one person. */
  readonly isEvents: boolean;
  readonly facts: readonly string[];
  /** A query of each `person` (pseudonym of the subject) with each `cell` (hash of the facts) that a row puts it in. */
  readonly cells: string;
}

/**
 * Says how many persons the readable columns of general single out (PRIV5): by the facts of one table, and by those of all
 * roster tables together, joined by the pseudonym. What is small is no leak but has to be known, so these are warnings.
 * Activity is judged by the row, as one signal that somebody saw, and is left out of the join: many signals of a person
 * side by side are a rhythm that nobody shares (docs/security.md).
 */
export const smallCells: Check = {
  name: 'groups of persons are not small',
  rules: ['PRIV5', 'PRIV6'],
  async run(context, report) {
    const described = context.refined.flatMap((refined) => factsOf(refined) ?? []);
    for (const one of described) await judgeTable(one, context, report);
    await judgeJoined(described, context, report);
  },
};

/** Whether rows of a table say something of persons: the tables that the check reads. */
export function isJudged({ aboutPersons, source }: Table): boolean {
  return aboutPersons || source === 'activity';
}

function factsOf({ table, general }: RefinedTable): PersonFacts | undefined {
  if (!isJudged(table) || general.rows === 0) return undefined;
  const shape = generalShape(table).filter(({ name }) => hasField(general, name));
  const facts = shape.filter((column) => isFact(column, table)).map(({ name }) => name);
  const person = pseudonymOf('person', shape);
  const somebody = person ?? pseudonymOf('directoryUser', shape);
  if (somebody === undefined || facts.length === 0) return undefined;
  return {
    table: table.name,
    subject: person === undefined ? 'directoryUser' : 'person',
    isEvents: !table.aboutPersons,
    facts,
    cells: `SELECT DISTINCT ${quoteName(somebody)} AS person, hash('${table.name}', ${facts.map(quoteName).join(', ')}) AS cell
      FROM ${general.relation} WHERE ${quoteName(somebody)} IS NOT NULL`,
  };
}

function pseudonymOf(subject: Subject, shape: readonly RefinedColumn[]): string | undefined {
  return shape.find(({ source, making }) => source.domain === subject && isDigest(making.kind))?.name;
}

function isDigest(kind: RefinedColumn['making']['kind']): boolean {
  return kind === 'hash' || kind === 'hmac';
}

/**
 * What a column says of somebody. In tables about persons that is all that is readable beside the key. In activity, whose
 * other columns are of the signal, it is what many could share: lists of values, yes or no, bands and families of
 * generalised columns. A class counts as its pseudonym too: AadGroup says readably which section that is.
 */
function isFact({ source, making }: RefinedColumn, table: Table): boolean {
  const isReference = table.references.some(({ column }) => column === source.name);
  if (isReference && isDigest(making.kind)) return !subjects.some((subject) => subject === source.domain);
  if (table.key.includes(source.name)) return false;
  if (making.kind === 'generalise') return true;
  if (making.kind !== 'copy') return false;
  return table.aboutPersons || isReference || source.enumeration !== undefined || source.type === 'boolean';
}

async function judgeTable(one: PersonFacts, context: VerifyContext, report: CheckReport): Promise<void> {
  const [row = {}] = await context.query(
    `SELECT count(DISTINCT person) AS everybody, count(DISTINCT cell) AS groups,
       count(DISTINCT cell) FILTER (persons < ${smallestGroup}) AS small,
       count(DISTINCT person) FILTER (persons < ${smallestGroup}) AS singled
     FROM (SELECT *, count(*) OVER (PARTITION BY cell) AS persons FROM (${one.cells}))`,
    'counting persons in groups',
    { table: one.table },
  );
  report.examine(toNumber(row['groups']));
  const small = toNumber(row['small']);
  if (small === 0) return;
  report.warning(
    `Groups by ${one.facts.join(', ')} have fewer than ${smallestGroup} persons: who knows one of them can find the pseudonym.`,
    {
      table: one.table,
      counts: {
        groups: toNumber(row['groups']),
        small,
        persons: toNumber(row['singled']),
        ofPersons: toNumber(row['everybody']),
      },
    },
  );
}

/** What all tables say of a person, side by side: the more there is, the fewer share it. */
async function judgeJoined(
  described: readonly PersonFacts[],
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const accounts = accountsOfPersons(context);
  const tables = described.filter(
    ({ isEvents, subject }) => !isEvents && (subject === 'person' || accounts !== undefined),
  );
  if (tables.length < 2) return;
  const parts = tables.map(({ subject, cells }) =>
    subject === 'person'
      ? cells
      : `SELECT DISTINCT accounts.person, cell FROM (${cells}) AS facts JOIN (${accounts}) AS accounts ON facts.person = account`,
  );
  // A sum of hashes stands for the set of a person's facts, whatever their order.
  const everything = `SELECT person, sum(CAST(cell AS HUGEINT)) AS facts FROM (${parts.join(' UNION ALL ')}) GROUP BY person`;
  const [row = {}] = await context.query(
    `SELECT coalesce(sum(n), 0) AS everybody, coalesce(sum(n) FILTER (n < ${smallestGroup}), 0) AS singled,
       count(*) FILTER (n = 1) AS alone FROM (SELECT count(*) AS n FROM (${everything}) GROUP BY facts)`,
    'joining what general says of persons',
  );
  const [everybody, singled] = [toNumber(row['everybody']), toNumber(row['singled'])];
  report.examine(everybody);
  if (singled === 0) return;
  report.warning(
    `Joined by the pseudonym, ${tables.map(({ table }) => table).join(', ')} tell persons apart: who knows somebody's school, role, grade, classes and months can find the pseudonym.`,
    { counts: { persons: singled, alone: toNumber(row['alone']), ofPersons: everybody } },
  );
}

/** Which account is whose, by the table that has both in its key; undefined when the lake does not say. */
function accountsOfPersons({ refined }: VerifyContext): string | undefined {
  for (const { table, general } of refined) {
    const key = generalShape(table).filter(
      ({ name, source }) => table.key.includes(source.name) && hasField(general, name),
    );
    const [person, account] = [pseudonymOf('person', key), pseudonymOf('directoryUser', key)];
    if (person === undefined || account === undefined) continue;
    return `SELECT DISTINCT ${quoteName(account)} AS account, ${quoteName(person)} AS person FROM ${general.relation}`;
  }
  return undefined;
}
