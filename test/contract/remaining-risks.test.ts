import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseRows, positionOf, readDropMap } from '../../src/test-data/drop-map';

const root = path.resolve(__dirname, '../..');
const security = readFileSync(path.join(root, 'docs/security.md'), 'utf8');

/** Persons that share the given columns of PersonOrganizationRole: the sizes of the groups. */
async function groupSizes(columns: readonly string[]): Promise<number[]> {
  const drop = await readDropMap(path.join(root, 'test_data/k12'));
  const [name = ''] = [...drop.keys()].filter((file) => file.includes('/PersonOrganizationRole/'));
  const position = (column: string): number => positionOf('PersonOrganizationRole', column);
  const groups = new Map<string, Set<string | undefined>>();
  for (const row of parseRows(drop.get(name) ?? Buffer.alloc(0))) {
    const group = columns.map((column) => row[position(column)]).join('\n');
    groups.set(group, (groups.get(group) ?? new Set()).add(row[position('PersonId')]));
  }
  return [...groups.values()].map((persons) => persons.size);
}

test('PRIV5: what remains is said, with the k that the committed K-12 set reaches', async () => {
  const byRole = await groupSizes(['OrganizationId', 'RefRoleId']);
  const byGrade = await groupSizes(['OrganizationId', 'RefRoleId', 'RefGradeLevelId']);
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  const small = sum(byGrade.filter((size) => size < 5));
  const [line] = security.split('\n').filter((text) => text.includes('| `test_data/k12`'));
  expect(
    line
      ?.split('|')
      .slice(2, -1)
      .map((cell) => cell.trim()),
  ).toEqual([`${sum(byGrade)} roles`, ...[Math.min(...byRole), Math.min(...byGrade), small].map(String)]);
  const named = ['Class names with teachers', 'Small groups', 'The rhythm of activity'];
  expect(named.filter((text) => !security.includes(`**${text}`))).toEqual([]);
});
