import type { JsonObject } from './model';
import { parseNotebookHeader, parseNotebookSource, type NotebookCell } from './notebook-source';

/** Upstream's pools, with the node size that a session on them is cut for; pipelines refer to them by these names. */
const nodes = {
  spark3p3sm: { cores: 4, memory: '28g' },
  spark3p3med: { cores: 8, memory: '56g' },
} as const;

/** The pool of a notebook that names none. */
export const defaultNotebookPool = 'spark3p3sm';

/** With the driver, the three nodes that are the smallest pool of Synapse. */
const executors = 2;

export interface NotebookContent {
  readonly cells: readonly Pick<NotebookCell, 'kind' | 'text'>[];
  /** @default none */
  readonly description?: string;
  /** Name of the Spark pool, as assets/ know it. @default spark3p3sm */
  readonly pool?: string;
}

/**
 * The properties of a notebook exactly as the service stores them (providers-live §2): `source` is a list of lines that
 * keep their line ends, and there are neither outputs nor execution counts, so that a person who runs a deployed notebook
 * does not make it differ from the plan.
 */
export function notebookProperties(content: NotebookContent): JsonObject {
  const { cells, description = '', pool = defaultNotebookPool } = content;
  const { cores, memory } = (nodes as Record<string, { cores: number; memory: string }>)[pool] ?? nodes.spark3p3sm;
  return {
    ...(description === '' ? {} : { description }),
    nbformat: 4,
    nbformat_minor: 2,
    bigDataPool: { referenceName: pool, type: 'BigDataPoolReference' },
    sessionProperties: {
      driverMemory: memory,
      driverCores: cores,
      executorMemory: memory,
      executorCores: cores,
      numExecutors: executors,
    },
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

/**
 * A file in the percent format as the properties of a notebook.
 * @param file as messages name it.
 * @throws InsightsError NOTEBOOK_SOURCE_INVALID
 */
export function wrapNotebook(text: string, file: string): JsonObject {
  return notebookProperties({ ...parseNotebookHeader(text, file), cells: parseNotebookSource(text, file) });
}

/** One item per line, each but the last with its line end; joined they are the text again. */
export function sourceLines(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}
