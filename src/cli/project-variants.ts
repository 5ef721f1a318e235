import type { ModelParameters } from '../powerbi/project/semantic-model-files';
import type { ReportSet } from '../powerbi/report/report';

/** Upstream's four files: a set, and where its data is. */
export const projectVariants = {
  'k12-import': { set: 'k12', mode: 'import' },
  'k12-directquery': { set: 'k12', mode: 'directQuery' },
  'hed-import': { set: 'hed', mode: 'import' },
  'hed-directquery': { set: 'hed', mode: 'directQuery' },
} as const satisfies Readonly<Record<string, { readonly set: ReportSet; readonly mode: ModelParameters['mode'] }>>;

export type ProjectVariant = keyof typeof projectVariants;
