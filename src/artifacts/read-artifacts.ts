import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { InsightsError } from '../contract/errors';
import type { Artifact, ArtifactKind } from './model';
import { wrapNotebook } from './notebook-artifact';
import { isObject } from './walk-json';

/** Folder of assets/ and ending of its files, by kind. */
const folders: Readonly<Record<ArtifactKind, readonly [folder: string, ending: '.json' | '.py']>> = {
  linkedservices: ['linked-services', '.json'],
  datasets: ['datasets', '.json'],
  notebooks: ['notebooks', '.py'],
  pipelines: ['pipelines', '.json'],
  triggers: ['triggers', '.json'],
  sqlScripts: ['sql', '.json'],
};

/** What the service takes as a name; it compares names without case. */
const namePattern = /^[A-Za-z0-9_][^<>*#.%&:\\+?/]{0,259}$/;

const ownFolder = join(__dirname, '../../assets');

/**
 * Every artifact of a folder `assets`, by kind and name. Each file is one artifact in the service's git format,
 * `{"name": …, "properties": {…}}`, and is named like it; notebooks are in the format of notebook-source.ts.
 * @param folder @default the project's own assets
 * @throws InsightsError ARTIFACT_UNREADABLE or NOTEBOOK_SOURCE_INVALID for the first file that is wrong
 */
export function readArtifacts(folder: string = ownFolder): readonly Artifact[] {
  return (Object.keys(folders) as ArtifactKind[]).flatMap((kind) => readKind(folder, kind));
}

function readKind(assets: string, kind: ArtifactKind): readonly Artifact[] {
  const [folder, ending] = folders[kind];
  if (!existsSync(join(assets, folder))) return [];
  const artifacts = readdirSync(join(assets, folder))
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => readOne(kind, join(assets, folder, file), `assets/${folder}/${file}`));
  refuseTwins(artifacts);
  return artifacts;
}

function readOne(kind: ArtifactKind, path: string, file: string): Artifact {
  const { name } = parse(file);
  if (!namePattern.test(name)) throw unreadable(file, `"${name}" is not a name that the service takes.`);
  const text = readFileSync(path, 'utf8');
  if (kind === 'notebooks') return { kind, name, properties: wrapNotebook(text, file), file };

  const content = parseJson(text, file);
  if (!isObject(content)) throw unreadable(file, 'This is not a JSON object.');
  const { name: named, properties, ...others } = content;
  if (named !== name) throw unreadable(file, `The artifact is named ${JSON.stringify(named)}, not like its file.`);
  if (!isObject(properties)) throw unreadable(file, 'The artifact has no object `properties`.');
  const [other] = Object.keys(others);
  if (other !== undefined) throw unreadable(file, `Beside name and properties there is "${other}".`);
  return { kind, name, properties, file };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, 'This is not JSON.', cause);
  }
}

function refuseTwins(artifacts: readonly Artifact[]): void {
  const names = new Map<string, Artifact>();
  for (const artifact of artifacts) {
    const twin = names.get(artifact.name.toLowerCase());
    if (twin !== undefined) throw unreadable(artifact.file, `"${twin.name}" differs from this name in case only.`);
    names.set(artifact.name.toLowerCase(), artifact);
  }
}

function unreadable(file: string, message: string, cause?: unknown): InsightsError {
  return new InsightsError('ARTIFACT_UNREADABLE', message, { place: { file }, cause });
}
