import { checkTemplate, type ExpressionReference } from '../../expression';
import { containersOf, predecessorsOf, type Activity } from '../activity';
import type { RuleFinding } from '../finding';
import { below, entriesAt, memberAt } from '../json';
import type { ArtifactRule } from '../rule';
import { isComputed, type Subject, type Text } from '../subject';

export const expressionRule: ArtifactRule = {
  id: 'expression',
  demand:
    'Expressions parse, call functions that exist with as many arguments as they take, and have at most 8,192 characters.',
  check: ({ texts }) => texts.flatMap(checkText),
};

function checkText(text: Text): readonly RuleFinding[] {
  const { pointer, template, syntaxError } = text;
  if (template === undefined) {
    const { reason = '', position = 0 } = syntaxError ?? {};
    const problem = `The expression does not parse: ${reason} at position ${position}.`;
    return [{ pointer, problem, mend: 'Mend it there.' }];
  }
  const findings = checkTemplate(template, text.text).map(({ message, position }) => {
    return { pointer, problem: message, mend: `Mend it at position ${position}.` };
  });
  if (isComputed(text) || !text.isMarked) return findings;
  const problem = 'The type says Expression, but nothing is computed.';
  return [...findings, { pointer, problem, mend: 'Write the text without value and type.' }];
}

/** What `pipeline()` has. */
const pipelineMembers: readonly string[] = [
  'parameters',
  'DataFactory',
  'GroupId',
  'Pipeline',
  'RunId',
  'TriggeredByPipelineName',
  'TriggeredByPipelineRunId',
  'TriggerId',
  'TriggerName',
  'TriggerTime',
  'TriggerType',
];

export const rootRule: ArtifactRule = {
  id: 'root',
  demand:
    'Expressions ask only for what exists where they are: parameters, variables, the item of a loop, activities that ran before.',
  check: (subject) =>
    subject.texts.flatMap((text) =>
      text.references.flatMap((reference) => {
        const finding = checkReference(reference, text, subject);
        return finding === undefined ? [] : [{ pointer: text.pointer, ...finding }];
      }),
    ),
};

type Answer = Omit<RuleFinding, 'pointer'> | undefined;

function checkReference(reference: ExpressionReference, text: Text, subject: Subject): Answer {
  const { kind, properties } = subject.artifact;
  const { root, name } = reference;
  const home = { dataset: 'datasets', linkedService: 'linkedservices', trigger: 'triggers' } as const;
  if (root === 'dataset' || root === 'linkedService' || root === 'trigger') {
    if (kind !== home[root]) return meaningless(`${root}()`, `in ${home[root]} only`);
    return root === 'trigger' ? undefined : declared(name, properties, 'parameters');
  }
  if (kind !== 'pipelines') return meaningless(rootTexts[root], 'in pipelines only');
  switch (root) {
    case 'parameters':
    case 'variables':
      return declared(name, properties, root);
    case 'activities':
      return checkActivity(name, text, subject.activities);
    case 'item':
      return hasItem(text) ? undefined : meaningless('item()', 'in a ForEach, or in the condition of a Filter');
    case 'globalParameters':
      return { problem: 'Synapse has no global parameters.', mend: 'Declare a parameter of the pipeline.' };
    case 'pipeline':
      return name === undefined || pipelineMembers.some((member) => member.toLowerCase() === name.toLowerCase())
        ? undefined
        : { problem: `pipeline() has no ${name}.`, mend: `Write one of ${pipelineMembers.join(', ')}.` };
  }
}

/** How the roots that only pipelines have are written. */
const rootTexts = {
  parameters: 'pipeline()',
  globalParameters: 'pipeline()',
  pipeline: 'pipeline()',
  variables: 'variables()',
  activities: 'activity()',
  item: 'item()',
} as const;

function meaningless(root: string, where: string): Answer {
  return { problem: `${root} has no meaning here.`, mend: `Use it ${where}.` };
}

function declared(
  name: string | undefined,
  properties: Subject['artifact']['properties'],
  member: 'parameters' | 'variables',
): Answer {
  if (name === undefined || memberAt(properties, member, name) !== undefined) return undefined;
  const noun = member === 'parameters' ? 'parameter' : 'variable';
  const names = entriesAt(properties, member).map(([each]) => each);
  const mend =
    names.length === 0 ? `Declare it; there is no ${noun} yet.` : `Declare it, or write one of ${names.join(', ')}.`;
  return { problem: `There is no ${noun} "${name}".`, mend };
}

function checkActivity(name: string | undefined, text: Text, all: readonly Activity[]): Answer {
  const { activity } = text;
  if (name === undefined || activity === undefined) return undefined;
  if ([...predecessorsOf(activity)].some((before) => before.name === name)) return undefined;
  const target = all.find((other) => other.name === name);
  if (target === undefined) return { problem: `There is no activity "${name}".`, mend: 'Mend the name.' };
  // The condition of an Until is computed after what it holds.
  if (activity.type === 'Until' && containersOf(target).includes(activity)) return undefined;
  return {
    problem: `"${name}" need not have run before "${activity.name}".`,
    mend: activity.siblings.includes(target)
      ? `Add it to dependsOn of "${activity.name}".`
      : 'Hand its result on in a variable, or wait for it in the same list.',
  };
}

function hasItem({ activity, pointer }: Text): boolean {
  if (activity === undefined) return false;
  if (containersOf(activity).some(({ type }) => type === 'ForEach')) return true;
  return activity.type === 'Filter' && pointer.startsWith(below(activity.pointer, 'typeProperties', 'condition'));
}
