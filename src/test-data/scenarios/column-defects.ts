import { parseRows, positionOf, type DropMap } from '../drop-map';
import { schemaFiles } from '../manifest';
import { catalogueTable, deliveredColumns } from '../table-writer';
import {
  cellOf,
  changeRows,
  editBytes,
  editRoster,
  headerLine,
  withCells,
  withoutColumn,
  type RowEdit,
  type Scenario,
} from './scenario';

/** `2024-03-04` as `3/4/2024`. */
function usDate(text: string): string {
  const [year, month, day] = text.split('-').map(Number);
  return text === '' ? '' : `${month}/${day}/${year}`;
}

function usDates(table: string): RowEdit {
  const columns = catalogueTable(table).columns.filter(({ type }) => type === 'date' || type === 'timestamp');
  return (rows) =>
    rows.map((row) =>
      withCells(table, row, Object.fromEntries(columns.map(({ name }) => [name, usDate(cellOf(table, row, name))]))),
    );
}

/** The drop's own schema, with other columns for some tables. */
function withOwnSchema(drop: DropMap, orders: Readonly<Record<string, readonly string[]>>): DropMap {
  return editBytes(drop, schemaFiles.roster, (bytes) => {
    const schema = JSON.parse(bytes.toString('utf8')) as {
      definitions: { entityName: string; hasAttributes: { name: string }[] }[];
    };
    for (const definition of schema.definitions) {
      const order = orders[definition.entityName];
      if (order === undefined) continue;
      definition.hasAttributes = order.map((name) =>
        definition.hasAttributes.find((attribute) => attribute.name === name)!,
      );
    }
    return Buffer.from(`${JSON.stringify(schema, null, 2)}\n`);
  });
}

function inOrder(table: string, order: readonly string[]): RowEdit {
  const positions = order.map((column) => positionOf(table, column));
  return (rows) => rows.map((row) => positions.map((position) => row[position]!));
}

/** Columns of a table with two of them exchanged. */
function exchanged(table: string, one: string, other: string): string[] {
  return deliveredColumns(catalogueTable(table)).map((column) =>
    column === one ? other : column === other ? one : column,
  );
}

/** Files whose columns are not those of the catalogue. */
export const columnDefects: readonly Scenario[] = [
  {
    name: 'extra-column',
    description: 'Organization has one column more than the catalogue declares.',
    outcome: 'The file is refused, and with it the roster folder: nobody has said what may be read in it.',
    expects: {
      rules: ['ROW8'],
      after: 'nothing',
      status: 'failed',
      findings: [{ table: 'Organization', code: 'COLUMNS_TOO_MANY' }],
    },
    apply: (drop) => editRoster(drop, { Organization: (rows) => rows.map((row) => [...row, 'additional']) }),
  },
  {
    name: 'optional-column-absent',
    description: 'AadUser lacks its last column TeacherId, Course its last column Code.',
    outcome: 'Both are declared optional: they are null, and everything else is taken in.',
    expects: { rules: ['ROW8'], after: 'nothing', status: 'processed' },
    apply: (drop) =>
      editRoster(drop, { AadUser: withoutColumn('AadUser', 'TeacherId'), Course: withoutColumn('Course', 'Code') }),
  },
  {
    name: 'column-absent',
    description: 'Person lacks MiddleName, so every later cell is one place too far to the left.',
    outcome: 'The file is refused: only trailing columns that are declared optional may be absent.',
    expects: {
      rules: ['ROW8'],
      after: 'nothing',
      status: 'failed',
      findings: [{ table: 'Person', code: 'COLUMNS_TOO_FEW' }],
    },
    apply: (drop) => editRoster(drop, { Person: withoutColumn('Person', 'MiddleName') }),
  },
  {
    name: 'column-absent-unseen',
    description:
      'AadUser lacks Mail: as wide as without its optional column, and every cell still casts, but surnames stand in Role.',
    outcome: 'The file is refused, because names are not roles; else surnames would be readable in general.',
    expects: {
      rules: ['ROW7', 'ROW8'],
      after: 'nothing',
      status: 'failed',
      findings: [{ table: 'AadUser', code: 'COLUMNS_NOT_BORNE_OUT' }],
    },
    apply: (drop) => editRoster(drop, { AadUser: withoutColumn('AadUser', 'Mail') }),
  },
  {
    name: 'header-row',
    description: 'Person and PersonDemographic begin with a line of column names.',
    outcome: 'The line is rejected as what it is; the persons are taken in.',
    expects: {
      rules: ['ROW10'],
      after: 'nothing',
      status: 'processed',
      rejected: { Person: { header_row: 1 }, PersonDemographic: { header_row: 1 } },
      warnings: ['ROW10'],
    },
    apply: (drop) =>
      editRoster(drop, {
        Person: (rows) => [headerLine('Person'), ...rows],
        PersonDemographic: (rows) => [headerLine('PersonDemographic'), ...rows],
      }),
  },
  {
    name: 'shifted-cells',
    description: 'Eight rows of Enrollment have their cells one place too far to the right, the first cell empty.',
    outcome: 'They do not cast and are rejected; the others are taken in.',
    expects: {
      rules: ['ROW10'],
      after: 'nothing',
      status: 'processed',
      rejected: { Enrollment: { cast: 8 } },
      warnings: ['ROW7'],
    },
    apply: (drop) =>
      editRoster(drop, { Enrollment: changeRows([2, 3, 5, 8, 13, 21, 34, 55], (row) => ['', ...row.slice(0, -1)]) }),
  },
  {
    name: 'us-dates',
    description: 'Course and Organization have dates such as 3/4/2024.',
    outcome: 'They are read as dates; none becomes null.',
    expects: { rules: ['ROW9'], after: 'nothing', status: 'processed' },
    apply: (drop) => editRoster(drop, { Course: usDates('Course'), Organization: usDates('Organization') }),
  },
  {
    name: 'schema-order',
    description:
      'PersonOrganizationRole has RoleEndDate before RoleStartDate and PersonDemographic no LastSeenDateTime; the drop’s own schema says so.',
    outcome: 'The data bears out the drop’s own schema, so the columns are taken from it.',
    expects: { rules: ['ROW7'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const roles = exchanged('PersonOrganizationRole', 'RoleStartDate', 'RoleEndDate');
      const demographic = deliveredColumns(catalogueTable('PersonDemographic')).filter(
        (column) => column !== 'LastSeenDateTime',
      );
      const orders = { PersonOrganizationRole: roles, PersonDemographic: demographic };
      const changed = editRoster(drop, {
        PersonOrganizationRole: inOrder('PersonOrganizationRole', roles),
        PersonDemographic: inOrder('PersonDemographic', demographic),
      });
      return withOwnSchema(changed, orders);
    },
  },
  {
    name: 'stale-manifest',
    description: 'The manifest in the roster folder describes an older folder.',
    outcome: 'It is said to be stale and is not used.',
    expects: { rules: ['ROW2'], after: 'nothing', status: 'processed', warnings: ['MANIFEST_NOT_USED'] },
    apply: (drop) => {
      const manifest = [...drop.keys()].find((name) => /^M365\/roster\/[^/]+\/[^/]+\.manifest\.cdm\.json$/.test(name))!;
      const folder = manifest.split('/')[2]!;
      return editBytes(drop, manifest, (bytes) =>
        Buffer.from(bytes.toString('utf8').replaceAll(folder, '2020-01-01T00-00-00')),
      );
    },
  },
  {
    name: 'new-words',
    description: 'Three signals come from an application that the catalogue does not list.',
    outcome: 'Institutions have their own words: a warning, and the signals are taken in.',
    expects: { rules: ['ROW7'], after: 'nothing', status: 'processed', warnings: ['ROW7'] },
    apply: (drop) => {
      const file = [...drop.keys()].find(
        (name) => name.startsWith('M365/activity/') && parseRows(drop.get(name)!).length >= 40,
      )!;
      return editBytes(drop, file, (bytes) => {
        const lines = bytes.toString('utf8').split('\n');
        return Buffer.from(lines.map((line, place) => (place < 3 ? renameApplication(line) : line)).join('\n'));
      });
    },
  },
];

function renameApplication(line: string): string {
  const row = parseRows(Buffer.from(line))[0]!;
  const application = cellOf('activity', row, 'AppName');
  return line.replace(`,${application},`, ',Whiteboard,');
}
