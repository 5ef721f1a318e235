import { containersOf, type Activity } from '../activity';
import type { RuleFinding } from '../finding';
import { below, entriesAt, memberAt, textAt } from '../json';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject } from '../subject';

export const sharedVariableRule: ArtifactRule = {
  id: 'shared-variable',
  demand:
    'No variable is set in a ForEach that runs its items in parallel: variables belong to the whole pipeline (defect D15).',
  check: ({ activities }) =>
    activities.filter(isSetVariable).flatMap((activity) => {
      const loop = containersOf(activity).find(
        ({ type, json }) => type === 'ForEach' && memberAt(json, 'typeProperties', 'isSequential') !== true,
      );
      if (loop === undefined) return [];
      return [
        {
          pointer: below(activity.pointer, 'typeProperties', 'variableName'),
          problem: `The items of "${loop.name}" run in parallel and overwrite each other's "${variableOf(activity) ?? ''}".`,
          mend: `Set isSequential of "${loop.name}" to true, or find the value without a loop.`,
        },
      ];
    }),
};

export const variableRule: ArtifactRule = {
  id: 'variable',
  demand: 'Variables that are set are declared, with a type that fits, and not computed from themselves.',
  check: (subject) => subject.activities.flatMap((activity) => checkVariable(activity, subject)),
};

function checkVariable(activity: Activity, { artifact, texts }: Subject): readonly RuleFinding[] {
  const name = variableOf(activity);
  if (name === undefined || isReturnValue(activity)) return [];
  const pointer = below(activity.pointer, 'typeProperties', 'variableName');
  const declaration = memberAt(artifact.properties, 'variables', name);
  if (declaration === undefined) return [{ pointer, problem: `There is no variable "${name}".`, mend: 'Declare it.' }];
  if (activity.type === 'AppendVariable') {
    if (textAt(declaration, 'type') === 'Array') return [];
    return [
      { pointer, problem: `"${name}" is no array, so nothing can be appended.`, mend: 'Declare it as an Array.' },
    ];
  }
  return texts
    .filter((text) => text.activity === activity)
    .filter(({ references }) => references.some((each) => each.root === 'variables' && each.name === name))
    .map((text) => ({
      pointer: text.pointer,
      problem: `"${name}" is computed from itself, which the service refuses.`,
      mend: 'Use a second variable.',
    }));
}

export const unusedRule: ArtifactRule = {
  id: 'unused',
  demand: 'Every parameter and variable that is declared is read.',
  check: ({ artifact, texts }) =>
    (['parameters', 'variables'] as const).flatMap((member) => {
      const root = { pipelines: member, datasets: 'dataset', linkedservices: 'linkedService' }[artifact.kind as string];
      const references = texts.flatMap((text) => text.references).filter((reference) => reference.root === root);
      // A computed name may be any of them.
      if (references.some(({ name }) => name === undefined)) return [];
      return entriesAt(artifact.properties, member)
        .filter(([name]) => !references.some((reference) => reference.name === name))
        .map(([name]) => ({
          pointer: below(propertiesPointer, member, name),
          problem: `Nothing reads "${name}".`,
          mend: 'Use it, or remove it.',
        }));
    }),
};

function isSetVariable(activity: Activity): boolean {
  return activity.type === 'SetVariable' && !isReturnValue(activity);
}

/** What a pipeline hands back is no variable of its own. */
function isReturnValue(activity: Activity): boolean {
  return memberAt(activity.json, 'typeProperties', 'setSystemVariable') === true;
}

function variableOf(activity: Activity): string | undefined {
  if (activity.type !== 'SetVariable' && activity.type !== 'AppendVariable') return undefined;
  return textAt(activity.json, 'typeProperties', 'variableName');
}
