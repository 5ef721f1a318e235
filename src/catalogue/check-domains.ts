import type { FileNames } from './assemble';
import type { Finding } from './finding';
import type { AcceptedRelation, Column, Table, Treatment } from './model';
import { isReadable, qualifiedName, treatmentText } from './treatment';

interface Member {
  readonly name: string;
  readonly column: Column;
}

/**
 * One identifier domain has one treatment everywhere (design.md principle 5, lake-rules.md §4): else the readable column
 * undoes the hashed one, and differently made pseudonyms do not join. Allowed: `hash` beside `hash-no-lookup`; `mask` where
 * tables.json gives the reason (`mayBeMasked`); `drop`; a column that an accepted relation lists as showing the domain.
 */
export function checkDomains(
  tables: readonly Table[],
  relations: readonly AcceptedRelation[],
  files: FileNames,
): readonly Finding[] {
  const domains = collectDomains(tables);
  const conflicts = [...domains].flatMap(([domain, members]) => checkDomain(domain, members, relations, files));
  return [...conflicts, ...checkDerivedColumns(tables, domains, relations, files)];
}

function collectDomains(tables: readonly Table[]): Map<string, Member[]> {
  const domains = new Map<string, Member[]>();
  for (const table of tables) {
    for (const column of table.columns) {
      if (column.domain === undefined) continue;
      const members = domains.get(column.domain) ?? [];
      members.push({ name: qualifiedName(table.name, column), column });
      domains.set(column.domain, members);
    }
  }
  return domains;
}

function checkDomain(
  domain: string,
  members: readonly Member[],
  relations: readonly AcceptedRelation[],
  files: FileNames,
): readonly Finding[] {
  const counted = members.filter((member) => !isExempt(member, members, relations));
  // The most protective treatment is taken for the domain's own, so that the finding points at the leak.
  const order = ['hmac', 'hash', 'mask', 'generalise', 'readable'];
  const rank = (member: Member): number => order.indexOf(kindOf(member.column.treatment).split(':')[0] ?? '');
  const leader = [...counted].sort((one, other) => rank(one) - rank(other))[0];
  if (leader === undefined) return [];
  const expected = kindOf(leader.column.treatment);
  return counted
    .filter((member) => kindOf(member.column.treatment) !== expected)
    .map((member) => ({
      place: `${files.metadata}:${member.column.line}`,
      problem:
        `${member.name} (${treatmentText(member.column.treatment)}) and ${leader.name} ` +
        `(${treatmentText(leader.column.treatment)}) hold the same identifiers, domain ${domain}.`,
      mend: 'Give all columns of a domain one treatment, or say in tables.json why this one differs.',
    }));
}

/** What the reader of general sees: `hash` and `hash-no-lookup` look the same there. */
function kindOf(treatment: Treatment): string {
  if (isReadable(treatment)) return 'readable';
  return treatment.kind === 'hash-no-lookup' ? 'hash' : treatmentText(treatment);
}

function isExempt(member: Member, domain: readonly Member[], relations: readonly AcceptedRelation[]): boolean {
  const { treatment, mayBeMasked } = member.column;
  if (treatment.kind === 'drop') return true;
  if (treatment.kind === 'mask') return mayBeMasked !== undefined;
  return isReadable(treatment) && shows(member.name, domain, relations);
}

function shows(name: string, domain: readonly Member[], relations: readonly AcceptedRelation[]): boolean {
  return relations.some(
    (relation) => relation.shownBy === name && domain.some((member) => member.name === relation.protectedColumn),
  );
}

/** A readable column that is composed of hashed or masked ones shows them. */
function checkDerivedColumns(
  tables: readonly Table[],
  domains: ReadonlyMap<string, readonly Member[]>,
  relations: readonly AcceptedRelation[],
  files: FileNames,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const table of tables) {
    for (const column of table.columns.filter((candidate) => isReadable(candidate.treatment))) {
      const name = qualifiedName(table.name, column);
      for (const part of column.derived ?? []) {
        const source = 'column' in part ? table.columns.find((candidate) => candidate.name === part.column) : undefined;
        if (source === undefined || isReadable(source.treatment)) continue;
        const own = { name: qualifiedName(table.name, source), column: source };
        if (shows(name, [own, ...(domains.get(source.domain ?? '') ?? [])], relations)) continue;
        findings.push({
          place: `${files.metadata}:${column.line}`,
          problem: `${name} is readable and contains ${own.name}, which is not (${treatmentText(source.treatment)}).`,
          mend: 'Use hash-no-lookup, or list the relation under "acceptedRelations" in tables.json with its reason.',
        });
      }
    }
  }
  return findings;
}
