import type { Table } from '../../catalogue/model';
import { generalShape, type RefinedColumn } from '../../catalogue/refined-shape';
import { quoteName } from '../../catalogue/render/sql-text';
import { toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import { hasField } from '../columns';
import type { RefinedTable, VerifyContext } from '../context';

/** Fewer persons than this in a group single them out (lake-rules.md CELL1). */
export const smallestGroup = 5;

/** A table in which general says something of persons, and what. */
interface PersonFacts {
  readonly table: string;
  /** Its rows, with the pseudonym as `person`. */
  readonly relation: string;
  /** Readable columns that many persons could share: places, roles, grades, kinds. */
  readonly facts: readonly string[];
}

/**
 * Says how many persons the readable columns of general single out (PRIV5): by the facts of one table, and by those of all
 * tables together, joined by the pseudonym. What is small is no leak but has to be known, so these are warnings. Rows of
 * activity are events, many per person, and are not judged here.
 */
export const smallCells: Check = {
  name: 'groups of persons are not small',
  rules: ['PRIV5', 'PRIV6'],
  async run(context, report) {
    const persons = context.refined.flatMap((refined) => factsOf(refined) ?? []);
    for (const one of persons) await judgeTable(one, context, report);
    if (persons.length > 1) await judgeJoined(persons, context, report);
  },
};

function factsOf({ table, general }: RefinedTable): PersonFacts | undefined {
  if (!table.aboutPersons || general.rows === 0) return undefined;
  const shape = generalShape(table).filter(({ name }) => hasField(general, name));
  const person = shape.find(({ source, making }) => source.domain === 'person' && isDigest(making.kind));
  const facts = shape.filter((column) => isFact(column, table)).map(({ name }) => name);
  if (person === undefined || facts.length === 0) return undefined;
  return {
    table: table.name,
    facts,
    relation: `(SELECT ${quoteName(person.name)} AS person, * FROM ${general.relation})`,
  };
}

function isDigest(kind: RefinedColumn['making']['kind']): boolean {
  return kind === 'hash' || kind === 'hmac';
}

/** What a column says of a person: a place, a role, a grade, a yes or no. Keys and times are one's own anyhow. */
function isFact({ source, making }: RefinedColumn, table: Table): boolean {
  if (making.kind !== 'copy' || table.key.includes(source.name)) return false;
  const isReference = table.references.some(({ column }) => column === source.name);
  return isReference || source.enumeration !== undefined || source.type === 'boolean';
}

async function judgeTable(one: PersonFacts, context: VerifyContext, report: CheckReport): Promise<void> {
  const facts = one.facts.map(quoteName).join(', ');
  const groups = `SELECT count(DISTINCT person) AS persons FROM ${one.relation} WHERE person IS NOT NULL GROUP BY ${facts}`;
  const [row = {}] = await context.query(
    `SELECT (SELECT count(DISTINCT person) FROM ${one.relation}) AS everybody, count(*) AS groups,
       count(*) FILTER (persons < ${smallestGroup}) AS small,
       coalesce(sum(persons) FILTER (persons < ${smallestGroup}), 0) AS singled FROM (${groups})`,
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
async function judgeJoined(tables: readonly PersonFacts[], context: VerifyContext, report: CheckReport): Promise<void> {
  const parts = tables.map(({ table, relation, facts }) => {
    const fact = facts.map((name) => `coalesce(CAST(${quoteName(name)} AS VARCHAR), '')`).join(` || chr(31) || `);
    return `SELECT DISTINCT person, hash('${table}', ${fact}) AS fact FROM ${relation} WHERE person IS NOT NULL`;
  });
  // A sum of hashes stands for the set of a person's facts, whatever their order.
  const everything = `SELECT person, sum(CAST(fact AS HUGEINT)) AS facts FROM (${parts.join(' UNION ALL ')}) GROUP BY person`;
  const [row = {}] = await context.query(
    `SELECT coalesce(sum(n), 0) AS everybody, coalesce(sum(n) FILTER (n < ${smallestGroup}), 0) AS singled,
       count(*) FILTER (n = 1) AS alone FROM (SELECT count(*) AS n FROM (${everything}) GROUP BY facts)`,
    'joining what general says of persons',
  );
  const [everybody, singled] = [toNumber(row['everybody']), toNumber(row['singled'])];
  report.examine(everybody);
  if (singled === 0) return;
  report.warning(
    `Joined by the pseudonym, ${tables.map(({ table }) => table).join(', ')} tell persons apart: who knows somebody's school, role, grade and classes can find the pseudonym.`,
    { counts: { persons: singled, alone: toNumber(row['alone']), ofPersons: everybody } },
  );
}
