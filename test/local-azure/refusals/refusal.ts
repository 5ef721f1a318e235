import type { Json } from '../../../src/local-azure/http';
import { stranger, type Asked, type DirectAzure } from '../direct-azure';

/** What a request is answered with, whole. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** A rule, broken once in a provisioned environment. */
export interface Refusal {
  readonly what: string;
  readonly breaks: (azure: DirectAzure) => Promise<Asked>;
  readonly answer: Answer;
}

/** Rules of one sort: a row of the table in docs/local-azure.md. */
export interface RefusalGroup {
  readonly rule: string;
  readonly refusals: readonly Refusal[];
}

/** An answer in the words of most services. */
export function arm(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

/** That somebody without a role may not do something. */
export function denied(action: string, scope: string): Answer {
  return arm(
    403,
    'AuthorizationFailed',
    `The client 'stranger@school.example' with object id '${stranger.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** That an operation is none that the local Azure knows. */
export function unknown(operation: string): Answer {
  return arm(501, 'LocalAzureUnknownOperation', `The local Azure does not know the operation ${operation}.`);
}

/** In the words of artifacts. */
export function flat(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } };
}

/** In the words of storage. */
export function xml(status: number, code: string, message: string): Answer {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body: { text } };
}

export const location = 'westeurope';
export const storageVersion = '2023-05-01';
export const vaultVersion = '2023-07-01';
export const synapseVersion = '2021-06-01';
export const groupVersion = '2023-07-01';
export const shareVersion = '2021-08-01';
export const roleVersion = '2022-04-01';

/** Changes settings of a running local Azure. */
export function configure(azure: DirectAzure, change: Partial<DirectAzure['world']['settings']>): void {
  azure.world.settings = { ...azure.world.settings, ...change };
}
