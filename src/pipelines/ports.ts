import type { JsonObject, JsonValue } from '../artifacts/model';
import type { LakeStore } from '../lake/store';
import type { PipelineClock } from './clock';

/** Everything outside the interpreter that an activity may touch. */
export interface PipelinePorts {
  /** What linked services of storage kinds (`AzureBlobFS`, `AzureBlobStorage`) reach. */
  readonly lake: LakeStore;
  readonly notebooks: NotebookRunner;
  readonly sql: SqlRunner;
  readonly web: WebCaller;
}

export interface NotebookRequest {
  /** Name of the notebook artifact. */
  readonly notebook: string;
  /** As the activity passes them; Synapse gives a notebook strings, integers, floats and booleans. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly sparkPool: string | undefined;
  /** Run of the pipeline, for messages. */
  readonly pipelineRunId: string;
  readonly clock: PipelineClock;
  readonly signal: AbortSignal;
}

export interface NotebookRunner {
  /**
   * Runs a notebook to its end and returns what it gave to `mssparkutils.notebook.exit`, else an empty text.
   * @throws Error whose message the activity shows, when the notebook fails or is unknown.
   */
  run(request: NotebookRequest): Promise<string>;
}

export interface SqlRequest {
  /** Name of the linked service. */
  readonly linkedService: string;
  /** Database that the connection opens. */
  readonly database: string;
  readonly text: string;
  /** Values of `@name` in the text; strings, numbers, booleans or null. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly signal: AbortSignal;
}

export interface SqlResult {
  /** One for each statement that returns rows. */
  readonly resultSets: readonly (readonly JsonObject[])[];
  readonly recordsAffected: number;
}

export interface SqlRunner {
  /** @throws Error whose message the activity shows. */
  run(request: SqlRequest): Promise<SqlResult>;
}

export interface WebRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

export interface WebResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WebCaller {
  /** @throws Error whose message the activity shows, where no answer came. An answer of any status is none. */
  send(request: WebRequest): Promise<WebResponse>;
}
