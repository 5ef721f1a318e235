import { loadCatalogue } from '../../src/catalogue/load';
import { signalDimensions } from '../../src/dashboard/cube/dimensions';
import { makeSignalTables, signalTable } from '../../src/dashboard/cube/signal-table';
import { staticSite } from '../../src/dashboard/export-site';
import { openDashboard } from '../../src/dashboard/open-dashboard';
import { Lattice } from '../../src/dashboard/privacy/lattice';
import type { SchoolNumbers, Site } from '../../src/dashboard/published';
import { FolderStore } from '../../src/lake/folder-store';
import { generalRelations } from '../../src/powerbi/general-relations';
import { sourceTables } from '../../src/powerbi/measures/relations';
import { ancestorsOf, contributionsByCell, tellsOfFew, without, type Contribution } from '../dashboard/privacy/attack';
import { committedSets, openSetLake } from '../support/set-lake';
import { smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const folder = useTemporaryFolders();

test.each(['k12', 'hed'] as const)(
  'CELL1 to CELL4: the exported site of %s tells of few people by no difference of two filters and no sum',
  async (set) => {
    const lake = await openSetLake(set, await folder());
    const store = new FolderStore(lake.folder, { durable: false });
    const options = { store, paths: smallPaths, timeZone: committedSets[set], progress: () => undefined };
    const files = await staticSite(await openDashboard(options));
    const read = (name: string): unknown =>
      JSON.parse(/^receiveInsights\("[^"]+", (.*)\);\n$/.exec(files.get(`data/${name}.js`)?.text ?? '')?.[1] ?? 'null');
    const site = read('site') as Site;
    const { schools, kinds } = site.engagement.values;
    const numbers = [site.engagement.all, ...schools.map((_, index) => read(`school-${index + 1}`) as SchoolNumbers)];
    const published = numbers.flatMap(({ signals }) => signals.filter((_, at) => at % (kinds.length + 1) === 0));

    // What the attacker does not have: who did it.
    const [connection] = lake.database.connections;
    const source = { store, paths: smallPaths, catalogue: loadCatalogue('strict'), connection };
    const values = await makeSignalTables(connection, await generalRelations(sourceTables, source), committedSets[set]);
    const { school, role, app, period } = signalDimensions(values);
    const lattice = new Lattice([school, role, app, period]);
    const reader = await connection.runAndReadAll(
      `SELECT school, role, app, week, dense_rank() OVER (ORDER BY person) AS person, n FROM ${signalTable}`,
    );
    const rows = reader.getRows().map(([...cells]): Contribution => {
      const [schoolNode, roleNode, appNode, week, person, amount] = cells.map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return { nodes: [schoolNode, roleNode, appNode, week], person, amount };
    });
    const cells = contributionsByCell(lattice, rows);
    expect(published).toHaveLength(lattice.size);

    const leaks: string[] = [];
    let pairs = 0;
    published.forEach((number, part) => {
      if (number === null) return;
      const total = [...cells[part]!.values()].reduce((sum, one) => sum + one, 0);
      if (number !== total) leaks.push(`${part} is ${number}, not ${total}`);
      if (tellsOfFew(cells[part]!)) leaks.push(`${part}`);
      for (const whole of ancestorsOf(lattice, part)) {
        if (whole === part) continue;
        pairs += 1;
        if (published[whole] === null) leaks.push(`${whole} is hidden, ${part} is not`);
        else if (tellsOfFew(without(cells[whole]!, [cells[part]!]))) leaks.push(`${whole} without ${part}`);
      }
      lattice.dimensions.forEach((_, dimension) => {
        const parts = lattice.childrenOf(part, dimension).filter((one) => published[one] !== null);
        if (lattice.childrenOf(part, dimension).length === 0) return;
        const rest = without(cells[part]!, parts.map((one) => cells[one]!)); // prettier-ignore
        if (tellsOfFew(rest)) leaks.push(`${part} without its parts along ${dimension}`);
      });
    });
    expect(leaks).toEqual([]);
    expect(pairs).toBeGreaterThan(1000);
    lake.database.close();
    await store.close();
  },
  300_000,
);
