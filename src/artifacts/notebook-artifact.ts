import { InsightsError } from '../contract/errors';
import type { JsonObject } from './model';
import { parseNotebookHeader, parseNotebookSource, type NotebookCell } from './notebook-source';

/** Upstream's pools, by which a notebook names its own: the placeholder of the name that an environment gives it. */
const pools = { spark3p3sm: '{{smallPool}}', spark3p3med: '{{mediumPool}}' } as const;

export type NotebookPool = keyof typeof pools;

/** Upstream's sizes of its pools; an environment may choose others, see {@link withSessionOn}. */
const sizes: Readonly<Record<NotebookPool, NodeSize>> = { spark3p3sm: 'Small', spark3p3med: 'Medium' };

export type NodeSize = 'Small' | 'Medium' | 'Large';

/** What a session takes of a node: all of its cores, and its memory without what Spark keeps beside the heap. */
const nodes: Readonly<Record<NodeSize, { readonly cores: number; readonly memory: string }>> = {
  Small: { cores: 4, memory: '28g' },
  Medium: { cores: 8, memory: '56g' },
  Large: { cores: 16, memory: '112g' },
};

/** With the driver, the three nodes that are the smallest pool of Synapse. */
const executors = 2;

export interface NotebookContent {
  readonly cells: readonly Pick<NotebookCell, 'kind' | 'text'>[];
  /** @default none */
  readonly description?: string;
  /** @default spark3p3sm */
  readonly pool?: NotebookPool;
}

/**
 * The properties of a notebook exactly as the service stores them (providers-live §2): `source` is a list of lines that
 * keep their line ends, and there are neither outputs nor execution counts, so that a person who runs a deployed notebook
 * does not make it differ from the plan.
 */
export function notebookProperties(content: NotebookContent): JsonObject {
  const { cells, description = '', pool = 'spark3p3sm' } = content;
  return {
    ...(description === '' ? {} : { description }),
    nbformat: 4,
    nbformat_minor: 2,
    bigDataPool: { referenceName: pools[pool], type: 'BigDataPoolReference' },
    sessionProperties: sessionOn(sizes[pool]),
    metadata: {
      kernelspec: { name: 'synapse_pyspark', display_name: 'Synapse PySpark' },
      language_info: { name: 'python' },
    },
    cells: cells.map(({ kind, text }) => ({
      cell_type: kind === 'markdown' ? 'markdown' : 'code',
      // By this tag the service knows which cell a pipeline's parameters follow.
      metadata: kind === 'parameters' ? { tags: ['parameters'] } : {},
      source: sourceLines(text),
    })),
  };
}

/** The properties of a notebook with a session that is cut for nodes of this size. */
export function withSessionOn(size: NodeSize, properties: JsonObject): JsonObject {
  return { ...properties, sessionProperties: sessionOn(size) };
}

function sessionOn(size: NodeSize): JsonObject {
  const { cores, memory } = nodes[size];
  return {
    driverMemory: memory,
    driverCores: cores,
    executorMemory: memory,
    executorCores: cores,
    numExecutors: executors,
  };
}

/**
 * A file in the percent format as the properties of a notebook.
 * @param file as messages name it.
 * @throws InsightsError NOTEBOOK_SOURCE_INVALID
 */
export function wrapNotebook(text: string, file: string): JsonObject {
  const { pool = 'spark3p3sm', description } = parseNotebookHeader(text, file);
  if (!Object.hasOwn(pools, pool)) {
    const message = `There is no pool "${pool}": ${Object.keys(pools).join(' or ')}.`;
    throw new InsightsError('NOTEBOOK_SOURCE_INVALID', message, { place: { file } });
  }
  return notebookProperties({ cells: parseNotebookSource(text, file), description, pool: pool as NotebookPool });
}

/** One item per line, each but the last with its line end; joined they are the text again. */
export function sourceLines(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}
