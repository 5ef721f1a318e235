import type { ArtifactKind } from '../../model';
import type { Activity } from '../activity';
import type { RuleFinding } from '../finding';
import { below, entriesAt } from '../json';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject, type Surroundings } from '../subject';

/** What the service takes as the name of an artifact, 1 to 260 characters (azure-facts §6.3). */
const artifactName = /^[A-Za-z0-9_][^<>*#.%&:\\+?/]{0,259}$/;

/** Kinds in whose names the documentation forbids `-`. */
const withoutHyphen: ReadonlySet<ArtifactKind> = new Set(['datasets', 'linkedservices']);

/** Synapse Studio takes 55 characters. */
const activityName = /^[^<>*#.%&:\\+?/]{1,55}$/;

/** Expressions name them with a dot. */
const memberName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const nameRule: ArtifactRule = {
  id: 'name',
  demand:
    'Artifacts, activities, parameters and variables have names that the service takes, each once, case ignored (azure-facts §6.3).',
  check: (subject, surroundings) => [
    ...checkArtifactName(subject, surroundings),
    ...checkActivityNames(subject.activities),
    ...(['parameters', 'variables'] as const).flatMap((member) => checkMemberNames(subject, member)),
  ],
};

function checkArtifactName({ artifact }: Subject, { subjects }: Surroundings): readonly RuleFinding[] {
  const { kind, name } = artifact;
  const findings: RuleFinding[] = [];
  const at = (problem: string, mend: string): number => findings.push({ pointer: '/name', problem, mend });
  if (!artifactName.test(name)) {
    at(
      `The service does not take the name "${name}".`,
      'Begin with a letter, digit or _, without < > * # . % & : \\ + ? /, up to 260 characters.',
    );
  } else if (withoutHyphen.has(kind) && name.includes('-')) {
    at(`"${name}" has a hyphen, which linked services and data sets may not have.`, 'Write _ for it.');
  }
  const twin = subjects.find(
    (other) =>
      other.artifact !== artifact &&
      other.artifact.kind === kind &&
      other.artifact.name.toLowerCase() === name.toLowerCase(),
  );
  if (twin !== undefined)
    at(`${twin.artifact.file} has the same name; the service ignores case.`, 'Rename one of them.');
  return findings;
}

function checkActivityNames(activities: readonly Activity[]): readonly RuleFinding[] {
  const seen = new Map<string, Activity>();
  return activities.flatMap((activity) => {
    const pointer = below(activity.pointer, 'name');
    const twin = seen.get(activity.name.toLowerCase());
    if (twin !== undefined) {
      return [
        { pointer, problem: `Another activity of the pipeline is named "${twin.name}".`, mend: 'Rename one of them.' },
      ];
    }
    seen.set(activity.name.toLowerCase(), activity);
    if (activityName.test(activity.name)) return [];
    const mend = 'Write 1 to 55 characters without < > * # . % & : \\ + ? /.';
    return [{ pointer, problem: `The service does not take the activity name "${activity.name}".`, mend }];
  });
}

function checkMemberNames({ artifact }: Subject, member: 'parameters' | 'variables'): readonly RuleFinding[] {
  return entriesAt(artifact.properties, member)
    .filter(([name]) => !memberName.test(name))
    .map(([name]) => ({
      pointer: below(propertiesPointer, member, name),
      problem: `Expressions cannot name "${name}" with a dot.`,
      mend: 'Write letters, digits and _, beginning with a letter or _.',
    }));
}
