import { defaultDataVersion } from '../../../contract/versions';
import type { JsonValue } from '../../model';
import { callsOf, declarationsOf, notebookDefaults, nounOf, type Call } from '../calls';
import type { RuleFinding } from '../finding';
import { below, entriesAt, textAt, visitTexts } from '../json';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject } from '../subject';

/** Which lake, and which data in it: whoever starts a pipeline decides, and nobody on the way. */
const decidedByCaller = ['workspace', 'version'];

export const handedOnRule: ArtifactRule = {
  id: 'handed-on',
  demand:
    'A pipeline hands on the workspace and version that it was given to all that it runs, instead of fixed ones (defect D17).',
  check: (subject, surroundings) =>
    subject.artifact.kind === 'pipelines' ? callsOf(subject, surroundings).flatMap(checkCall) : [],
};

function checkCall({ kind, name, given, pointer, target }: Call): readonly RuleFinding[] {
  if (kind !== 'pipelines' && kind !== 'notebooks') return [];
  return decidedByCaller.flatMap((parameter) => {
    const value = given.get(parameter);
    const callee = `the ${nounOf[kind]} "${name}"`;
    const mend = `Hand on a parameter: @pipeline().parameters.${parameter}.`;
    if (value !== undefined) {
      if (isHandedOn(value.value)) return [];
      const problem = `The ${parameter} for ${callee} is fixed, whatever the caller asked for.`;
      return [{ pointer: value.pointer, problem, mend }];
    }
    if (target === undefined || !declarationsOf(target.artifact).has(parameter)) return [];
    return [{ pointer, problem: `Without a ${parameter}, ${callee} takes its own default.`, mend }];
  });
}

function isHandedOn(value: JsonValue): boolean {
  const text = textAt(value, 'value') ?? (typeof value === 'string' ? value : '');
  return /^@|@\{/.test(text);
}

const versionTexts = [/\bM365\/v(\d+(?:\.\d+)+)/gi, /_m365_v(\d+(?:p\d+)+)/gi];

export const oneVersionRule: ArtifactRule = {
  id: 'one-version',
  demand: `Pipelines and notebooks name one version of the data set, ${defaultDataVersion} (defect D18).`,
  check: (subject) =>
    versionsIn(subject)
      .filter(([version]) => version !== defaultDataVersion)
      .map(([version, pointer]) => ({
        pointer,
        problem: `Version ${version} is not that of the other pipelines, ${defaultDataVersion}: what one writes, another would not find.`,
        mend: `Write ${defaultDataVersion}, or take the version from a parameter.`,
      })),
};

/** Versions that an artifact names by itself, with their places. A trigger passes what the environment says. */
function versionsIn({
  artifact: { kind, properties },
}: Subject): readonly (readonly [version: string, pointer: string])[] {
  const found: (readonly [string, string])[] = [];
  const search = (text: string, pointer: string): void => {
    for (const pattern of versionTexts) {
      for (const [, version = ''] of text.matchAll(pattern)) found.push([version.replaceAll('p', '.'), pointer]);
    }
  };
  if (kind === 'notebooks') {
    const version = notebookDefaults(properties).get('version');
    if (version !== undefined) found.push([version.source.replace(/^(['"])(.*)\1$/, '$2'), version.pointer]);
  }
  if (kind !== 'pipelines') return found;
  for (const [name, declaration] of entriesAt(properties, 'parameters')) {
    const given = textAt(declaration, 'defaultValue');
    if (name === 'version' && given !== undefined) {
      found.push([given, below(propertiesPointer, 'parameters', name, 'defaultValue')]);
    }
  }
  visitTexts(properties, propertiesPointer, search, (name) => name === 'description' || name === 'annotations');
  return found;
}
