import { checkTemplate } from '../artifacts/expression';
import { containersOf, type Activity } from '../artifacts/lint/activity';
import { propertiesPointer, readSubject, type Subject, type Text } from '../artifacts/lint/subject';
import type { Artifact } from '../artifacts/model';
import { artifactKey } from '../artifacts/order';
import { findReferences } from '../artifacts/references';
import { InsightsError } from '../contract/errors';
import { readActivities } from './definition';
import type { PublishedArtifacts } from './published-artifacts';
import type { ActivityTypes } from './run/activity-type';

/** What a reference of a pipeline leads to, where that has expressions or activities of its own. */
const followed = {
  PipelineReference: 'pipelines',
  DatasetReference: 'datasets',
  LinkedServiceReference: 'linkedservices',
} as const;

/**
 * Refuses a pipeline that is known to fail before anything of it has run: lists of activities that the service would not
 * take, activities of a type that cannot run here, expressions that do not parse or call what does not exist. Looks into
 * containers, and into the pipelines, data sets and linked services that are named; one that is not there fails the
 * activity that asks for it. Inactive activities are left out, as the service leaves them out.
 * @throws InsightsError PIPELINE_INVALID, PIPELINE_UNSUPPORTED, EXPRESSION_INVALID.
 */
export function checkPipeline(pipeline: Artifact, artifacts: PublishedArtifacts, types: ActivityTypes): void {
  const seen = new Set<string>();
  const check = (artifact: Artifact): void => {
    const key = artifactKey(artifact).toLowerCase();
    if (seen.has(key)) return;
    seen.add(key);
    const subject = readSubject(artifact);
    checkActivities(subject, types);
    checkTexts(subject);
    const inactive = subject.activities.filter(isInactive).map(({ pointer }) => `${pointer}/`);
    for (const { type, name, place } of findReferences(artifact)) {
      const isLeftOut = inactive.some((pointer) => `${propertiesPointer}${place}`.startsWith(pointer));
      if (isLeftOut || !isFollowed(type)) continue;
      const target = artifacts.find(followed[type], name);
      if (target !== undefined) check(target);
    }
  };
  check(pipeline);
}

function isFollowed(type: string): type is keyof typeof followed {
  return Object.hasOwn(followed, type);
}

function isInactive(activity: Activity): boolean {
  return [activity, ...containersOf(activity)].some(({ json }) => json['state'] === 'Inactive');
}

function checkActivities({ artifact, activities }: Subject, types: ActivityTypes): void {
  for (const list of new Set(activities.map(({ siblings }) => siblings))) {
    readActivities(
      list.map(({ json }) => json),
      artifact.name,
    );
  }
  const unsupported = activities.filter((activity) => !isInactive(activity) && !types.has(activity.type.toLowerCase()));
  if (unsupported.length === 0) return;
  const names = unsupported.map(({ name, type }) => `'${name}' is of type ${type}`);
  throw problem('PIPELINE_UNSUPPORTED', artifact, `Activities cannot run here: ${names.join(', ')}.`);
}

function checkTexts({ artifact, texts }: Subject): void {
  for (const text of texts) {
    const message = problemOf(text);
    if (message === undefined) continue;
    const where = text.activity === undefined ? 'properties' : `inputs of activity '${text.activity.name}'`;
    throw problem('EXPRESSION_INVALID', artifact, `The ${where} are not valid: ${message}`);
  }
}

function problemOf({ activity, syntaxError, template, text }: Text): string | undefined {
  if (activity !== undefined && isInactive(activity)) return undefined;
  if (syntaxError !== undefined) return syntaxError.message;
  return template === undefined ? undefined : checkTemplate(template, text)[0]?.message;
}

function problem(
  code: 'PIPELINE_UNSUPPORTED' | 'EXPRESSION_INVALID',
  { kind, name }: Artifact,
  message: string,
): InsightsError {
  return new InsightsError(code, message, { place: { path: `${kind}/${name}` } });
}
