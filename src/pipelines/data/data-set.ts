import type { JsonObject } from '../../artifacts/model';
import { asObject, readParameters } from '../definition';
import { toText } from '../expression/content';
import { evaluateJson, type Scope } from '../expression/evaluate';
import { isObject, type ValueObject } from '../expression/value';
import type { PublishedArtifacts } from '../published-artifacts';
import { bindParameters } from '../run/parameters';
import { ActivityFailure } from '../run/records';
import { plainScope, withRoot } from '../run/run-scope';
import { resolveLinkedService, type LinkedService } from './linked-service';

/** A data set of a workspace with the parameters of one use. */
export interface DataSet {
  readonly name: string;
  /** `Binary`, `DelimitedText`, `Json`, `AzureSqlTable` … */
  readonly type: string;
  readonly linkedService: LinkedService;
  /** Evaluated. */
  readonly typeProperties: ValueObject;
}

/** Where a data set of files lies; each part without slashes at its ends. */
export interface FileLocation {
  /** Container, or one with a path below it, as OEA's data sets have it. */
  readonly container: string;
  readonly folder: string;
  /** Empty for a whole folder. */
  readonly file: string;
}

/** Follows a reference `{referenceName, parameters}`. @throws ActivityFailure for a data set that is not there. */
export function resolveDataSet(
  reference: JsonObject | undefined,
  artifacts: PublishedArtifacts,
  scope: Scope,
): DataSet {
  const name = toText(evaluateJson(reference?.['referenceName'] ?? '', scope));
  const artifact = artifacts.find('datasets', name);
  if (artifact === undefined) {
    const message = name === '' ? 'The activity names no dataset.' : `The dataset '${name}' was not found.`;
    throw new ActivityFailure('BadRequest', message);
  }
  const { properties } = artifact;
  const given = evaluateJson(reference?.['parameters'] ?? {}, scope);
  const plain = plainScope(scope);
  const parameters = bindParameters(readParameters(properties['parameters']), isObject(given) ? given : {}, (json) =>
    evaluateJson(json, plain),
  );
  const inner = withRoot(plain, 'dataset', () => parameters);
  const typeProperties = evaluateJson(asObject(properties['typeProperties']), inner);
  return {
    name: artifact.name,
    type: typeof properties['type'] === 'string' ? properties['type'] : '',
    linkedService: resolveLinkedService(asObject(properties['linkedServiceName']), artifacts, inner),
    typeProperties: isObject(typeProperties) ? typeProperties : {},
  };
}

const lakeServices = new Set(['AzureBlobFS', 'AzureBlobStorage']);

/** Whether a data set lies in the lake; of others, such as HTTP, there is no location. */
export function isInLake({ linkedService }: DataSet): boolean {
  return lakeServices.has(linkedService.type);
}

/** @throws ActivityFailure for a data set that is no file or folder of the lake. */
export function locationOf(dataSet: DataSet): FileLocation {
  const location = dataSet.typeProperties['location'] ?? null;
  if (!isInLake(dataSet) || !isObject(location)) {
    throw new ActivityFailure('BadRequest', `The dataset '${dataSet.name}' is no file or folder of the data lake.`);
  }
  return {
    container: joinPath(toText(location['fileSystem'] ?? location['container'] ?? null)),
    folder: joinPath(toText(location['folderPath'] ?? null)),
    file: joinPath(toText(location['fileName'] ?? null)),
  };
}

/** Joins parts of a path, without empty segments: pipelines write slashes at either end. */
export function joinPath(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .filter((segment) => segment !== '')
    .join('/');
}
