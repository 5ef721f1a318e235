import type { Artifact, ArtifactKind, JsonObject, JsonValue } from '../model';
import { isList, visitObjects } from '../walk-json';
import { below, entriesAt, memberAt, textAt } from './json';
import { findSubject, propertiesPointer, type Subject, type Surroundings } from './subject';

/** A place that hands parameters to another artifact. */
export interface Call {
  readonly kind: 'pipelines' | 'datasets' | 'linkedservices' | 'notebooks';
  readonly name: string;
  /** By parameter; a notebook's without its type. */
  readonly given: ReadonlyMap<string, Given>;
  /** Pointer of the reference to what is called. */
  readonly pointer: string;
  /** The one that is called, if it is deployed as well. */
  readonly target: Subject | undefined;
}

export interface Given {
  readonly value: JsonValue;
  readonly pointer: string;
}

/** What a notebook's parameter cell assigns. */
export interface NotebookDefault {
  /** Python, such as `'dev'`. */
  readonly source: string;
  readonly pointer: string;
}

/** A parameter as its artifact declares it. */
export interface Declared {
  /** Lower case; undefined where nothing says it, as in notebooks. */
  readonly type: string | undefined;
  readonly isRequired: boolean;
}

/** References that carry the parameters themselves. */
const carryingReferences: Readonly<Record<string, 'datasets' | 'linkedservices'>> = {
  DatasetReference: 'datasets',
  LinkedServiceReference: 'linkedservices',
};

/** Every place of an artifact that hands, or could hand, parameters on. */
export function callsOf({ artifact }: Subject, surroundings: Surroundings): readonly Call[] {
  const calls: Call[] = [];
  const add = (kind: Call['kind'], name: string, pointer: string, given: Call['given']): void => {
    calls.push({ kind, name, given, pointer, target: findSubject(surroundings, kind, name) });
  };
  visitObjects(
    artifact.properties,
    (object, pointer) => {
      // An activity, or an entry of a trigger: what it gives stands beside the reference.
      for (const [path, member] of [
        [
          ['typeProperties', 'pipeline'],
          ['typeProperties', 'parameters'],
        ],
        [['pipelineReference'], ['parameters']],
      ] as const) {
        const name = textAt(object, ...path, 'referenceName');
        if (name !== undefined) add('pipelines', name, below(pointer, ...path), givenAt(object, pointer, member));
      }
      const notebook = textAt(object, 'typeProperties', 'notebook', 'referenceName');
      if (notebook !== undefined) {
        const given = givenAt(object, pointer, ['typeProperties', 'parameters'], ['value']);
        add('notebooks', notebook, below(pointer, 'typeProperties', 'notebook'), given);
      }
      const kind = carryingReferences[textAt(object, 'type') ?? ''];
      const name = textAt(object, 'referenceName');
      if (name !== undefined && kind !== undefined) {
        add(kind, name, pointer, givenAt(object, pointer, ['parameters']));
      }
    },
    propertiesPointer,
  );
  return calls;
}

function givenAt(
  object: JsonObject,
  pointer: string,
  path: readonly string[],
  inner: readonly string[] = [],
): ReadonlyMap<string, Given> {
  return new Map(
    entriesAt(object, ...path).map(([name, value]) => [
      name,
      { value: memberAt(value, ...inner) ?? null, pointer: below(pointer, ...path, name, ...inner) },
    ]),
  );
}

/** The parameters that an artifact declares; of a notebook, the assignments of its parameter cell. */
export function declarationsOf({ kind, properties }: Artifact): ReadonlyMap<string, Declared> {
  if (kind === 'notebooks') {
    return new Map(
      [...notebookDefaults(properties).keys()].map((name) => [name, { type: undefined, isRequired: false }]),
    );
  }
  return new Map(
    entriesAt(properties, 'parameters').map(([name, declaration]) => [
      name,
      {
        type: textAt(declaration, 'type')?.toLowerCase(),
        isRequired: memberAt(declaration, 'defaultValue') === undefined,
      },
    ]),
  );
}

const assignment = /^([A-Za-z_]\w*) *(?::[^=]+)?= *([^=].*)$/;

/** Names and source texts that the parameter cell of a notebook assigns, with pointers into the file. */
export function notebookDefaults(properties: JsonObject): ReadonlyMap<string, NotebookDefault> {
  const cells = properties['cells'];
  const found = new Map<string, NotebookDefault>();
  for (const [index, cell] of isList(cells) ? cells.entries() : []) {
    const tags = memberAt(cell, 'metadata', 'tags');
    const source = memberAt(cell, 'source');
    if (!isList(tags) || !tags.includes('parameters') || !isList(source)) continue;
    for (const [number, line] of source.entries()) {
      const [, name, value] = assignment.exec(typeof line === 'string' ? line.trimEnd() : '') ?? [];
      if (name === undefined || value === undefined) continue;
      found.set(name, { source: value, pointer: below(propertiesPointer, 'cells', index, 'source', number) });
    }
  }
  return found;
}

/** What a kind is called in messages. */
export const nounOf: Readonly<Record<ArtifactKind, string>> = {
  pipelines: 'pipeline',
  datasets: 'data set',
  linkedservices: 'linked service',
  notebooks: 'notebook',
  triggers: 'trigger',
  sqlScripts: 'script',
};
