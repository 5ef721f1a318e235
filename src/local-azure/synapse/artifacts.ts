import {
  artifactKinds,
  referenceTypes,
  type ArtifactKind,
  type ArtifactReference,
  type JsonObject,
} from '../../artifacts/model';
import { findReferences } from '../../artifacts/references';
import {
  child,
  isJson,
  json,
  jsonBody,
  pageOf,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
  type LocalRequest,
} from '../http';
import type { Services } from '../resource-manager/resource-type';
import type { Operations } from '../resource-manager/long-running';
import { refuseUnpublishable } from './publish-rules';
import { changeWorkspace, workspaceContent } from './workspace-state';

/** Singular names, as messages and types have them. */
const singular: Readonly<Record<ArtifactKind, string>> = {
  linkedservices: 'LinkedService',
  datasets: 'Dataset',
  notebooks: 'Notebook',
  pipelines: 'Pipeline',
  triggers: 'Trigger',
  sqlScripts: 'SqlScript',
};

/** A workspace, and where its resource is. */
export interface WorkspacePlace {
  readonly name: string;
  readonly id: string;
  readonly host: string;
}

/** The collection that a path names, whatever its case; undefined for another. */
export function artifactKind(segment: string): ArtifactKind | undefined {
  return artifactKinds.find((kind) => kind.toLowerCase() === segment.toLowerCase());
}

/** Artifacts of one workspace, with the checks that publishing makes: names, references, started triggers, etags. */
export class Artifacts {
  constructor(
    private readonly services: Services,
    private readonly operations: Operations,
    private readonly workspace: WorkspacePlace,
  ) {}

  get(kind: ArtifactKind, name: string): Json | undefined {
    return this.all[keyOf(kind, name)];
  }

  /** A page of a collection; the next one is at `nextLink`. */
  list(kind: ArtifactKind, { url }: LocalRequest): LocalAnswer {
    const all = Object.entries(this.all)
      .filter(([key]) => key.startsWith(`${kind}/`))
      .map(([, artifact]) => artifact);
    return json(200, pageOf(all, url));
  }

  read(kind: ArtifactKind, name: string, { headers }: LocalRequest): LocalAnswer {
    const found = this.existing(kind, name);
    return headers['if-none-match'] === found['etag'] ? { status: 304 } : json(200, found);
  }

  write(kind: ArtifactKind, name: string, request: LocalRequest): LocalAnswer {
    const body = jsonBody(request, 'flat');
    const properties = body['properties'];
    if (!isJson(properties)) throw refusal('InvalidRequest', 'The artifact has no properties.');
    refuseUnpublishable(kind, name, properties);
    const before = this.get(kind, name);
    const expected = request.headers['if-match'];
    if (expected !== undefined && expected !== '*' && expected !== before?.['etag']) {
      throw new ServiceError(412, 'PreconditionFailed', 'The etag of the request does not match.', 'flat');
    }
    this.refuseStarted(kind, before);
    this.refuseDangling(kind, properties);
    const id = `${this.workspace.id}/${kind}/${name}`;
    const stored: Json = {
      id,
      name: text(before?.['name']) || name,
      type: `Microsoft.Synapse/workspaces/${kind}`,
      etag: this.services.world.clock.now().toString(16),
      properties: storedProperties(kind, properties, before),
    };
    this.put(kind, name, stored);
    return this.accepted(kind, name, before === undefined ? 'Creating' : 'Updating', stored);
  }

  remove(kind: ArtifactKind, name: string): LocalAnswer {
    const found = this.get(kind, name);
    if (found === undefined) return { status: 204 };
    this.refuseStarted(kind, found);
    const user = Object.entries(this.all).find(
      ([key, artifact]) => key !== keyOf(kind, name) && refersTo(key, artifact, kind, name),
    );
    if (user !== undefined) {
      throw refusal('BadRequest', `The document cannot be deleted since it is referenced by ${text(user[1]['name'])}.`);
    }
    const { [keyOf(kind, name)]: _, ...others } = this.all;
    changeWorkspace(this.services.world, this.workspace.name, (content) => ({ ...content, artifacts: others }));
    return this.accepted(kind, name, 'Deleting', undefined);
  }

  /** Starting and stopping answer at once. */
  switchTrigger(name: string, action: string): LocalAnswer {
    const found = this.existing('triggers', name);
    if (action !== 'start' && action !== 'stop') throw new UnknownOperation(`POST /triggers/{name}/${action}`);
    const properties = { ...child(found, 'properties'), runtimeState: action === 'start' ? 'Started' : 'Stopped' };
    this.put('triggers', name, { ...found, properties });
    return { status: 200 };
  }

  existing(kind: ArtifactKind, name: string): Json {
    const found = this.get(kind, name);
    if (found !== undefined) return found;
    const [, , , , group] = this.workspace.id.split('/');
    const place = `(subscription=${this.services.world.settings.subscriptionId} resourceGroup=${group} workspace=${this.workspace.name})`;
    const message = `The ${singular[kind]} ${name} was not found in ${place}`;
    if (kind === 'notebooks') {
      throw new ServiceError(
        404,
        '404',
        `Failed Component = DataFactoryResourceProvider, ErrorMessage = ${message}`,
        'number',
      );
    }
    throw new ServiceError(404, `${singular[kind]}NotFound`, message, 'flat');
  }

  private get all(): Readonly<Record<string, Json>> {
    return workspaceContent(this.services.world, this.workspace.name)?.artifacts ?? {};
  }

  private put(kind: ArtifactKind, name: string, artifact: Json): void {
    changeWorkspace(this.services.world, this.workspace.name, (content) => ({
      ...content,
      artifacts: { ...content.artifacts, [keyOf(kind, name)]: artifact },
    }));
  }

  /** Notebooks have a place of their own for the outcome; of all others it is `operationResults`. */
  private accepted(kind: ArtifactKind, name: string, state: string, result: Json | undefined): LocalAnswer {
    const { id } = this.operations.start(result);
    const results = kind === 'notebooks' ? 'notebookOperationResults' : 'operationResults';
    const location = `https://${this.workspace.host}/${results}/${id}?api-version=2020-12-01`;
    const at = this.services.world.clock.timestamp();
    const body = {
      id: `${this.workspace.id}/${kind}/${name}`,
      recordId: 0,
      state,
      created: at,
      changed: at,
      type: singular[kind],
      name,
      operationId: id,
    };
    return json(202, body, { location });
  }

  private refuseStarted(kind: ArtifactKind, before: Json | undefined): void {
    if (kind !== 'triggers' || child(before, 'properties')['runtimeState'] !== 'Started') return;
    throw refusal(
      'TriggerEnabledCannotUpdate',
      'Cannot update enabled Trigger; the trigger needs to be disabled first.',
    );
  }

  private refuseDangling(kind: ArtifactKind, properties: Json): void {
    for (const { type, name } of checkedReferences(kind, properties)) {
      const target = referenceTypes[type];
      const isThere =
        target === 'bigDataPools'
          ? this.services.store.get(`${this.workspace.id}/bigDataPools/${name}`) !== undefined
          : this.get(target, name) !== undefined;
      if (isThere || builtIn(this.workspace.name).includes(name)) continue;
      throw refusal('BadRequest', `The document creation or update failed because of invalid reference '${name}'.`);
    }
  }
}

/** References that the service looks at: not the notebooks that a cell runs, which are text to it. */
function checkedReferences(kind: ArtifactKind, properties: Json): readonly ArtifactReference[] {
  return findReferences({ kind, properties: properties as JsonObject }).filter(
    ({ place }) => !place.startsWith('/cells/'),
  );
}

/** Linked services that every workspace comes with. */
function builtIn(workspace: string): readonly string[] {
  return [`${workspace}-WorkspaceDefaultStorage`, `${workspace}-WorkspaceDefaultSqlServer`];
}

function refersTo(key: string, artifact: Json, kind: ArtifactKind, name: string): boolean {
  const own = artifactKind(key.split('/')[0] ?? '');
  if (own === undefined) return false;
  return checkedReferences(own, child(artifact, 'properties')).some(
    (each) => referenceTypes[each.type] === kind && each.name.toLowerCase() === name.toLowerCase(),
  );
}

/** What the service keeps and gives back: it adds nulls to notebooks, a state to triggers, and drops secrets. */
function storedProperties(kind: ArtifactKind, given: Json, before: Json | undefined): Json {
  if (kind === 'triggers') return { ...given, runtimeState: child(before, 'properties')['runtimeState'] ?? 'Stopped' };
  if (kind === 'notebooks') return { entityState: null, renameOperationDetails: null, folder: null, ...given };
  if (kind === 'linkedservices') return withoutSecrets(given) as Json;
  return given;
}

/** A SecureString is never given back; that there was one shows in `encryptedCredential`. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !isJson(member) || member['type'] !== 'SecureString')
      .map(([key, member]) => [key, withoutSecrets(member)]),
  );
}

function keyOf(kind: ArtifactKind, name: string): string {
  return `${kind}/${name.toLowerCase()}`;
}

function refusal(code: string, message: string): ServiceError {
  return new ServiceError(400, code, message, 'flat');
}
