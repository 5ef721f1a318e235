import { quoteText } from '../../catalogue/render/sql-text';
import { signalGroupings } from '../../catalogue/signal-groups';
import { measures } from '../../powerbi/measures/measures';
import { isRatio, type CountedMeasure } from '../../powerbi/measures/measure';

const { products, classTeam } = signalGroupings;

/** What belongs to no group, and within a group what is no part of its own. */
export const otherKind = 'Other';

/** Measures of what happens in meetings, assignments and reading practice: each is about some types of signals. */
export const topicMeasures: readonly CountedMeasure[] = measures.filter(
  (measure): measure is CountedMeasure => !isRatio(measure) && signalTypesOf(measure).length > 0,
);

/** Types that measures are about are parts of their group, so that what is hidden of the one is hidden of the other. */
const ownTypes = [...new Set(topicMeasures.flatMap(signalTypesOf))].filter(
  (type) => !classTeam.groups.some(({ signalTypes }) => signalTypes.some((one) => one === type)),
);

const inClassTeam = { column: 'ClassTeamGroup', values: classTeam.groups.map(({ name }) => name) };

/**
 * Kinds of signals are a tree of two levels, which has the groups of both reports in it: the group over all products, else
 * that of a class team, and within it the group of a class team.
 */
export const kindGroupSql = caseSql([
  { column: 'SignalGroup', values: products.groups.map(({ name }) => name) },
  inClassTeam,
]);

/** A part's id: its group and its name. */
export const kindPartSql = `${kindGroupSql} || '/' || ${caseSql([
  inClassTeam,
  { column: 'SignalType', values: ownTypes },
])}`;

export function partId(group: string, part: string): string {
  return `${group}/${part}`;
}

/** The ids of the kinds that a measure is about. */
export function kindsOf(measure: CountedMeasure): readonly string[] {
  return signalTypesOf(measure).map((type) => {
    const team = classTeam.groups.find(({ signalTypes }) => includes(signalTypes, type))?.name;
    const group = products.groups.find(({ signalTypes }) => includes(signalTypes, type))?.name ?? team ?? otherKind;
    return partId(group, team ?? type);
  });
}

/** Empty for a measure of all signals. */
export function signalTypesOf({ where }: CountedMeasure): readonly string[] {
  return where.flatMap((condition) => ('isIn' in condition && condition.column === 'SignalType' ? condition.isIn : []));
}

function includes(types: readonly string[], type: string): boolean {
  return types.includes(type);
}

function caseSql(choices: readonly { readonly column: string; readonly values: readonly string[] }[]): string {
  const branches = choices.map(
    ({ column, values }) => `WHEN "${column}" IN (${values.map(quoteText).join(', ')}) THEN "${column}"`,
  );
  return `CASE ${branches.join(' ')} ELSE ${quoteText(otherKind)} END`;
}
