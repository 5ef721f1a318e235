import { toText } from '../../../src/pipelines/expression/content';
import { parseTemplate } from '../../../src/artifacts/expression';
import { evaluateTemplate, type Scope } from '../../../src/pipelines/expression/evaluate';
import { EvaluationError } from '../../../src/pipelines/expression/evaluation-error';
import { fromJson, type Value } from '../../../src/pipelines/expression/value';

const roots: Readonly<Record<string, Value>> = {
  pipeline: fromJson({
    RunId: 'run-1',
    TriggeredByPipelineName: null,
    parameters: { workspace: 'dev', numbers: [1, 2.5], flag: true },
  }),
  item: fromJson({ name: 'file.csv', Size: 12 }),
};

/** A scope with a fixed clock, guid and chance. */
export const testScope: Scope = {
  now: new Date('2026-01-15T10:30:00Z'),
  random: () => 0.5,
  newGuid: () => 'c2ecc88d-88c8-4096-912c-d6f2e2b138ce',
  root: (name, argument) => {
    const value = roots[name];
    if (value === undefined) throw new EvaluationError(`No ${name} '${toText(argument)}' here.`);
    return value;
  },
};

export function evaluate(text: string): Value {
  return evaluateTemplate(parseTemplate(text), testScope);
}
