import type { JsonObject } from '../../artifacts/model';
import { isObject } from '../../artifacts/walk-json';

/** A column of a view that comes, goes, or has another type. */
export interface ViewChange {
  readonly view: string;
  /** Undefined where the whole view comes or goes. */
  readonly column?: string;
  readonly before?: string;
  readonly after?: string;
}

type Columns = ReadonlyMap<string, string>;

/** Columns of views that differ between two SQL scripts as they are deployed; the computed ones have the type `computed`. */
export function compareViews(before: JsonObject, after: JsonObject): readonly ViewChange[] {
  const [old, young] = [viewsOf(before), viewsOf(after)];
  const names = [...new Set([...old.keys(), ...young.keys()])];
  return names.flatMap((view): ViewChange[] => {
    const [former, present] = [old.get(view), young.get(view)];
    if (former === undefined) return [{ view, after: `${present?.size ?? 0} columns` }];
    if (present === undefined) return [{ view, before: `${former.size} columns` }];
    const columns = [...new Set([...former.keys(), ...present.keys()])];
    return columns.flatMap((column): ViewChange[] => {
      const [first, then] = [former.get(column), present.get(column)];
      if (first === then) return [];
      return [
        {
          view,
          column,
          ...(first === undefined ? {} : { before: first }),
          ...(then === undefined ? {} : { after: then }),
        },
      ];
    });
  });
}

/** Columns with their SQL types, by view, from the statements that make them. */
function viewsOf({ content }: JsonObject): ReadonlyMap<string, Columns> {
  const query = isObject(content) ? content['query'] : undefined;
  const views = new Map<string, Columns>();
  if (typeof query !== 'string') return views;
  const statements = query.matchAll(
    /CREATE OR ALTER VIEW \[dbo\]\.\[([^\]]+)\] AS(.*?)\nFROM .*? WITH \(\n(.*?)\n\)/gs,
  );
  for (const [, name = '', selected = '', typed = ''] of statements) {
    const columns = new Map<string, string>();
    for (const [, column = '', type = ''] of typed.matchAll(/^\s+\[([^\]]+)\] (.*?)(?: COLLATE \w+)?,?$/gm))
      columns.set(column, type);
    for (const [, column = ''] of selected.matchAll(/ AS \[([^\]]+)\]/g)) columns.set(column, 'computed');
    views.set(name, columns);
  }
  return views;
}
