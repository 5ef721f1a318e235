import type { ArtifactKind } from '../../artifacts/model';
import type { JsonDifference } from '../json-difference';
import type { ArtifactChange, ArtifactsSection } from '../sections/artifacts';
import { code, codeBlock, count, details, table } from './markdown-text';
import { pipelineGraph } from './pipeline-graph';
import { renderDifference } from './resources';

/** Lines of a changed cell, and differences of one artifact, that are shown. */
const shownLines = 20;
const shownDifferences = 8;

const nouns: Readonly<Record<ArtifactKind, string>> = {
  linkedservices: 'linked service',
  datasets: 'data set',
  notebooks: 'notebook',
  pipelines: 'pipeline',
  triggers: 'trigger',
  sqlScripts: 'SQL script',
};

export function renderArtifacts({ changes }: ArtifactsSection): string[] {
  return changes.flatMap((change) => ['', ...renderArtifact(change)]);
}

export function artifactsInShort({ changes }: ArtifactsSection): string {
  const kinds = [...new Set(changes.map(({ kind }) => kind))];
  return kinds.map((kind) => count(changes.filter((change) => change.kind === kind).length, nouns[kind])).join(', ');
}

function renderArtifact(change: ArtifactChange): string[] {
  const { kind, name, environments, cells, activities, views, others } = change;
  const graph = activities.length === 0 ? undefined : pipelineGraph(change);
  return [
    `**${nouns[kind]} ${code(name)}** ${change.change} (${environments.join(', ')})`,
    '',
    ...activities.flatMap(({ change: what, path, type, differences }) => [
      `- ${what} activity ${code(path)} (${code(type)})`,
      ...renderDifferences(differences).map((line) => `  ${line}`),
    ]),
    ...cells.map(
      ({ change: what, cell, addedLines, removedLines }) =>
        `- ${what} cell ${cell} (+${addedLines} −${removedLines} lines)`,
    ),
    ...renderDifferences(others),
    ...(graph === undefined ? [] : ['', ...details('graph', codeBlock('mermaid', graph))]),
    ...renderCells(change),
    ...(views.length === 0
      ? []
      : [
          '',
          ...table(
            ['view', 'column', 'before', 'after'],
            views.map(({ view, column, before, after }) => [
              code(view),
              column === undefined ? '*all*' : code(column),
              before === undefined ? '-' : code(before),
              after === undefined ? '-' : code(after),
            ]),
          ),
        ]),
  ];
}

function renderCells({ cells }: ArtifactChange): string[] {
  if (cells.length === 0) return [];
  const lines = cells.flatMap(({ cell, lines: all }) => {
    const rest = all.length - shownLines;
    return [
      `@@ cell ${cell} @@`,
      ...all.slice(0, shownLines).map((line) => line.slice(0, 200)),
      ...(rest > 0 ? [`@@ ${count(rest, 'more line')} @@`] : []),
    ];
  });
  return ['', ...details('lines', codeBlock('diff', lines))];
}

function renderDifferences(differences: readonly JsonDifference[]): string[] {
  const shown = differences.slice(0, shownDifferences).map((difference) => `- ${renderDifference(difference)}`);
  const rest = differences.length - shown.length;
  return [...shown, ...(rest > 0 ? [`- ${count(rest, 'more difference')}`] : [])];
}
