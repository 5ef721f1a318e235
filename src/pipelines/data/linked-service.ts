import type { JsonObject } from '../../artifacts/model';
import { asObject, readParameters } from '../definition';
import { toText } from '../expression/content';
import { evaluateJson, type Scope } from '../expression/evaluate';
import { isObject, type Value, type ValueObject } from '../expression/value';
import type { PublishedArtifacts } from '../published-artifacts';
import { bindParameters } from '../run/parameters';
import { ActivityFailure } from '../run/records';
import { plainScope, withRoot } from '../run/run-scope';

export interface LinkedService {
  readonly name: string;
  /** `AzureBlobFS`, `AzureSqlDatabase`, `HttpServer` … */
  readonly type: string;
  /** Evaluated. */
  readonly typeProperties: ValueObject;
  /** Bound parameters. */
  readonly parameters: Readonly<Record<string, Value>>;
}

/** Follows a reference `{referenceName, parameters}`. @throws ActivityFailure for a service that is not there. */
export function resolveLinkedService(
  reference: JsonObject | undefined,
  artifacts: PublishedArtifacts,
  scope: Scope,
): LinkedService {
  const name = toText(evaluateJson(reference?.['referenceName'] ?? '', scope));
  const artifact = artifacts.find('linkedservices', name);
  if (artifact === undefined) throw new ActivityFailure('BadRequest', `The linked service '${name}' was not found.`);
  const { properties } = artifact;
  const given = evaluateJson(reference?.['parameters'] ?? {}, scope);
  const plain = plainScope(scope);
  const parameters = bindParameters(readParameters(properties['parameters']), isObject(given) ? given : {}, (json) =>
    evaluateJson(json, plain),
  );
  const inner = withRoot(plain, 'linkedservice', () => parameters);
  const typeProperties = evaluateJson(asObject(properties['typeProperties']), inner);
  return {
    name: artifact.name,
    type: typeof properties['type'] === 'string' ? properties['type'] : '',
    typeProperties: isObject(typeProperties) ? typeProperties : {},
    parameters,
  };
}
