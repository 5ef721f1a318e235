import type { LedgerEvent, ReportMessage } from '../contract/lake-format';
import type { Drop } from './drop';

/** The drop's own description of its columns: per unit folder and table, attribute names in delivered order (ROW7). */
export interface OwnSchemas {
  /** Attribute names, or undefined when no manifest of the drop describes this folder and table. */
  columnsOf(unit: string, table: string): readonly string[] | undefined;
  /** Manifests that lie in a unit's folder but describe another one (ROW2): they are not used, and that is said. */
  readonly messages: readonly ReportMessage[];
}

type DescribedEvent = Extract<LedgerEvent, { event: 'described' }>;

interface Manifest {
  readonly path: string;
  readonly content: unknown;
}

/** Reads the CDM manifests and schemas of a drop. A description that cannot be understood is a warning, not an error. */
export async function readOwnSchemas(drop: Drop): Promise<OwnSchemas> {
  const contents = new Map<string, unknown>();
  const messages: ReportMessage[] = [];
  for (const [delivered, path] of drop.descriptions) {
    try {
      contents.set(delivered, JSON.parse((await drop.store.read(path)).toString('utf8').replace(/^\uFEFF/, '')));
    } catch {
      messages.push(warning(delivered, 'This CDM description is not JSON and is not used.'));
    }
  }
  const manifests = [...contents].filter(([path]) => path.endsWith('.manifest.cdm.json'));
  return arrangeOwnSchemas(
    manifests.map(([path, content]) => ({ path, content })),
    contents,
    messages,
  );
}

/** The pure part: resolves manifests to attribute names. */
export function arrangeOwnSchemas(
  manifests: readonly Manifest[],
  schemas: ReadonlyMap<string, unknown>,
  earlier: readonly ReportMessage[] = [],
): OwnSchemas {
  const columns = new Map<string, readonly string[]>();
  const messages = [...earlier];
  for (const { path, content } of manifests) {
    const folder = path.split('/').slice(0, -1).join('/');
    let isStale = false;
    for (const entity of list(member(content, 'entities'))) {
      const table = text(member(entity, 'entityName'));
      const attributes = attributesOf(text(member(entity, 'entityPath')), schemas);
      for (const pattern of list(member(entity, 'dataPartitionPatterns'))) {
        const location = localPath(text(member(pattern, 'rootLocation')));
        const unit = location.split('/').slice(0, 2).join('/');
        if (folder.startsWith('roster') && folder.includes('/') && unit !== folder) isStale = true;
        else if (attributes !== undefined) columns.set(`${unit}/${tableName(table, unit)}`, attributes);
      }
    }
    if (isStale) {
      messages.push(warning(path, 'The manifest describes another folder: it is stale and is not used (ROW2).'));
    }
  }
  return {
    columnsOf: (unit, table) => columns.get(`${unit.split('/').slice(0, 2).join('/')}/${table}`),
    messages,
  };
}

/** What a drop says of the columns of a unit's tables, for the landing ledger; nothing when it describes none of them. */
export function describedEvent(
  schemas: OwnSchemas,
  { unit, rundate }: Pick<DescribedEvent, 'unit' | 'rundate'>,
  tables: Iterable<string>,
): DescribedEvent[] {
  const columns: Record<string, readonly string[]> = {};
  for (const table of [...tables].sort()) {
    const own = schemas.columnsOf(unit, table);
    if (own !== undefined && own.length > 0) columns[table] = own;
  }
  return Object.keys(columns).length === 0 ? [] : [{ event: 'described', unit, rundate, columns }];
}

/** The CDM calls activity `TechActivity`. */
function tableName(entity: string, unit: string): string {
  return unit.startsWith('activity/') ? 'activity' : entity;
}

/** `local:/schema/roster.v0.3.2.cdm.json/AadGroup` → attribute names of that entity. */
function attributesOf(entityPath: string, schemas: ReadonlyMap<string, unknown>): readonly string[] | undefined {
  const path = localPath(entityPath);
  const cut = path.lastIndexOf('/');
  const definitions = list(member(schemas.get(path.slice(0, cut)), 'definitions'));
  const entity = definitions.find((one) => text(member(one, 'entityName')) === path.slice(cut + 1));
  if (entity === undefined) return undefined;
  return list(member(entity, 'hasAttributes')).map((attribute) => text(member(attribute, 'name')));
}

function localPath(location: string): string {
  return location.replace(/^local:\/?/, '').replace(/^\/|\/$/g, '');
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function warning(file: string, message: string): ReportMessage {
  return { severity: 'warning', code: 'MANIFEST_NOT_USED', message, file };
}
