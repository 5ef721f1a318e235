import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import type { RunReport, VerificationReport } from './lake-format';
import commitLedger from './schemas/commit-ledger.schema.json';
import common from './schemas/common.schema.json';
import landingLedgerEntry from './schemas/landing-ledger-entry.schema.json';
import runReport from './schemas/run-report.schema.json';
import tombstoneEntry from './schemas/tombstone-entry.schema.json';
import verificationReport from './schemas/verification-report.schema.json';
import { projectSchemas } from './project-schemas';

/** The JSON documents of a lake (docs/lake-format.md), by the name of their schema file. */
const schemas = {
  'commit-ledger': commitLedger,
  'landing-ledger-entry': landingLedgerEntry,
  'run-report': runReport,
  'tombstone-entry': tombstoneEntry,
  'verification-report': verificationReport,
} as const;

export type LakeSchemaName = keyof typeof schemas;

export const lakeSchemaNames = Object.keys(schemas) as LakeSchemaName[];

/** One way in which a document breaks its schema. Names keys and rules, never the value found there. */
export interface SchemaProblem {
  /** JSON pointer into the document; empty for the document itself. */
  readonly pointer: string;
  readonly message: string;
}

const validators = new Map<LakeSchemaName, ValidateFunction>();

function validator(name: LakeSchemaName): ValidateFunction {
  let validate = validators.get(name);
  if (validate === undefined) {
    const ajv = new Ajv({ ...projectSchemas, strict: true, discriminator: true, allErrors: true });
    ajv.addSchema(common);
    validate = ajv.compile(schemas[name]);
    validators.set(name, validate);
  }
  return validate;
}

function problem(error: ErrorObject): SchemaProblem {
  const { keyword, params, instancePath } = error;
  if (keyword === 'additionalProperties') {
    return { pointer: `${instancePath}/${params['additionalProperty']}`, message: 'is not a known key' };
  }
  if (keyword === 'required') return { pointer: `${instancePath}/${params['missingProperty']}`, message: 'is missing' };
  if (keyword === 'enum') {
    return { pointer: instancePath, message: `must be one of ${(params['allowedValues'] as string[]).join(', ')}` };
  }
  if (keyword === 'const') return { pointer: instancePath, message: `must be ${params['allowedValue']}` };
  return { pointer: instancePath, message: error.message ?? `breaks ${keyword}` };
}

/** Every way in which `value` breaks the schema; empty when it is valid. Unknown keys are refused. */
export function lakeSchemaProblems(name: LakeSchemaName, value: unknown): SchemaProblem[] {
  const validate = validator(name);
  return validate(value) ? [] : (validate.errors ?? []).map(problem);
}

/** What a report says, by the name of its schema. */
export interface LakeReports {
  readonly 'run-report': RunReport;
  readonly 'verification-report': VerificationReport;
}

/**
 * A report as its file holds it; undefined where that is no JSON, or no such report. Keys that a later version of this program
 * may add are let pass: whoever reads a report takes what is known.
 */
export function parseReport<Name extends keyof LakeReports>(name: Name, bytes: Buffer): LakeReports[Name] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  const validate = validator(name);
  const isReport =
    validate(value) || (validate.errors ?? []).every(({ keyword }) => keyword === 'additionalProperties');
  return isReport ? (value as LakeReports[Name]) : undefined;
}

/** What is wrong with an entry of the landing ledger, as the end of a sentence; undefined when it is valid. */
export function validateLedgerEntry(entry: unknown): string | undefined {
  return asSentence(lakeSchemaProblems('landing-ledger-entry', entry));
}

/** What is wrong with a commit's ledger (`userMetadata`, parsed); undefined when it is valid. */
export function validateCommitLedger(ledger: unknown): string | undefined {
  return asSentence(lakeSchemaProblems('commit-ledger', ledger));
}

function asSentence([first]: readonly SchemaProblem[]): string | undefined {
  return first === undefined
    ? undefined
    : `does not fit its schema: ${first.pointer || 'the document'} ${first.message}`;
}
