import type { ArtifactChange } from '../sections/artifacts';

/** A graph with more activities is a wall, not a picture. */
const largestGraph = 60;

/**
 * A pipeline as Mermaid: an arrow to what waits, a dotted one to what is inside; changed and new activities in colour.
 * Undefined for one that is too large, or has no activities.
 */
export function pipelineGraph({ graph, activities }: ArtifactChange): readonly string[] | undefined {
  if (graph.length === 0 || graph.length > largestGraph) return undefined;
  const ids = new Map(graph.map(({ path }, index) => [path, `a${index}`]));
  const changes = new Map(activities.map(({ path, change }) => [path, change]));
  const nodes = graph.map(({ path, name, type }) => {
    const change = changes.get(path);
    const label = `${safe(name)}<br/>${safe(type)}`;
    return `  ${ids.get(path)}["${label}"]${change === undefined ? '' : `:::${change}`}`;
  });
  const edges = graph.flatMap(({ path, parent, after }) => [
    ...(parent === undefined ? [] : [`  ${ids.get(parent)} -.-> ${ids.get(path)}`]),
    ...after.flatMap((other) => (ids.has(other) ? [`  ${ids.get(other)} --> ${ids.get(path)}`] : [])),
  ]);
  return [
    'flowchart TD',
    ...nodes,
    ...edges,
    '  classDef changed fill:#fff3bf,stroke:#e67700',
    '  classDef added fill:#d3f9d8,stroke:#2b8a3e',
  ];
}

/** A label that ends neither its quotes nor the block, and is no markup. */
function safe(text: string): string {
  return [...text]
    .slice(0, 80)
    .map((character) => (/[\p{L}\p{N} ._-]/u.test(character) ? character : `#${character.codePointAt(0)};`))
    .join('');
}
