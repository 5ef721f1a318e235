import type { JsonValue } from '../../artifacts/model';
import type { JsonDifference } from '../json-difference';
import type { ResourceChange, ResourcesSection, StackChanges } from '../sections/resources';
import { code, count, details, shortCode, table } from './markdown-text';

const words: Readonly<Record<ResourceChange['action'], string>> = {
  create: 'added',
  update: 'changed in place',
  replace: 'replaced',
  destroy: 'destroyed',
  adopt: 'taken over',
};

/** Differences of one resource that are shown; the rest is counted. */
const shownDifferences = 6;

export function renderResources({ stacks }: ResourcesSection): string[] {
  return stacks.flatMap((stack) => ['', ...renderStack(stack)]);
}

/** What becomes of a section in a few words. */
export function resourcesInShort({ stacks }: ResourcesSection): string {
  const actions = stacks.flatMap(({ changes }) => changes.map(({ action }) => action));
  const order = ['destroy', 'replace', 'update', 'adopt', 'create'] as const;
  return order
    .map((action) => [actions.filter((one) => one === action).length, words[action]] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

function renderStack({ stack, source, unchanged, changes }: StackChanges): string[] {
  const rows = changes.map((change) => [
    change.loss === undefined ? words[change.action] : `**${words[change.action]}**`,
    code(shortPath(change.path, stack)),
    change.loss === undefined ? renderDifferences(change) : `**${change.loss}**`,
  ]);
  const basis = source === 'plan' ? 'by its plan' : 'by its synthesised files';
  const lines = table(['', 'resource', 'what differs'], rows);
  return changes.length <= 12
    ? [`${code(stack)}, ${basis}; ${unchanged} unchanged:`, '', ...lines]
    : details(`<code>${stack}</code>, ${basis}: ${count(changes.length, 'change')}, ${unchanged} unchanged`, lines);
}

/** The stack stands above the table, and the main child of every construct has the same name: the column beside it needs the room. */
function shortPath(path: string, stack: string): string {
  const inner = path.startsWith(`${stack}/`) ? path.slice(stack.length + 1) : path;
  return inner.replace(/(.)\/Resource$/, '$1');
}

function renderDifferences({ type, action, differences }: ResourceChange): string {
  if (type === 'azapi_data_plane_resource' && action === 'update') return 'see artifacts';
  const shown = differences.slice(0, shownDifferences).map(renderDifference);
  const rest = differences.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join('<br>');
}

/** `path before → after`. */
export function renderDifference({ path, before, after }: JsonDifference): string {
  if (isLong(before) || isLong(after)) return `${shortCode(path)} (text)`;
  return `${shortCode(path)} ${valueText(before)} → ${valueText(after)}`;
}

function isLong(value: JsonValue | undefined): boolean {
  return value !== undefined && JSON.stringify(value).length > 160;
}

/** A value in a line; of a long text only that it is one, of a digest its beginning. */
function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return '*not set*';
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return code(`${value.slice(0, 12)}…`);
  return shortCode(typeof value === 'string' ? value : JSON.stringify(value), 160);
}
