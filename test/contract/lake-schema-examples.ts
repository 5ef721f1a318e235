import type { TombstoneEntry } from '../../src/contract/erasure';
import type { CommitLedger, LedgerEntry, RunReport, VerificationReport } from '../../src/contract/lake-format';

/** Documents that use every key their type has, so that a test can break each of them. */
const digest = 'a'.repeat(64);
const rejected = {
  unclosed_quote: 1,
  encoding: 1,
  width: 1,
  header_row: 1,
  cast: 1,
  key_empty: 1,
  required_empty: 1,
  row_check: 1,
  key_conflict: 1,
};
const rundate = '2022-01-28 06:16:22';
const unit = 'roster/2022-01-28T06-16-22';
const message = {
  severity: 'warning' as const,
  code: 'ROW7',
  message: 'A new value.',
  table: 'AadUser',
  file: 'stage1/file.csv',
  line: 3,
  column: 'Role',
  counts: { values: 2 },
};
const finding = {
  table: 'AadUser',
  code: 'TABLE_SHRUNK',
  message: 'Too many keys go.',
  file: 'stage1/file.csv',
  line: 3,
  column: 'Role',
  counts: { before: 10, after: 0 },
};
const flow = {
  table: 'AadUser',
  landed: 10,
  ingested: 10,
  corrected: 10,
  duplicates: 0,
  superseded: 0,
  rejected,
  general: 10,
  sensitive: null,
  kept: 0,
};

export const ledgerEntry: LedgerEntry = {
  format: 1,
  sequence: 0,
  at: '2024-05-06T07:08:09.123Z',
  runId: 'run-1',
  engine: 'duckdb',
  events: [
    {
      event: 'landed',
      batch: 1,
      unit,
      table: 'AadUser',
      kind: 'snapshot',
      rundate,
      files: [
        {
          delivered: 'roster/a.csv',
          landed: 'oea/dev/stage1/a.csv',
          bytes: 0,
          sha256: digest,
          modified: '2024-05-06T07:08:09Z',
        },
      ],
      contentHash: digest,
    },
    {
      event: 'catalogue',
      profile: 'strict',
      fingerprint: digest,
      saltFingerprint: '0123456789abcdef',
      tables: { AadUser: { columns: [['ObjectId', 'string', 'hash']], key: ['ObjectId'], whenGone: 'remove' } },
    },
    {
      event: 'processed',
      unit,
      rundate,
      tables: [{ table: 'AadUser', batch: 1, outcome: 'written', landed: 10, rejected, duplicates: 0 }],
    },
    { event: 'failed', unit, rundate, findings: [finding] },
    { event: 'held', unit, rundate, findings: [finding] },
    { event: 'confirmed', rundate },
    { event: 'quarantined', rundate, reason: 'Cannot be mended.' },
    { event: 'superseded', unit, rundate, by: unit },
    { event: 'renumbered', from: 1, to: 2 },
    { event: 'rebuild', state: 'started', fingerprint: digest },
    { event: 'described', unit, rundate, columns: { AadUser: ['ObjectId', 'Display Name'] } },
    { event: 'erased', files: [{ landed: 'oea/dev/stage1/a.csv', rows: 1, bytes: 0, sha256: digest }] },
  ],
};

export const commitLedger: CommitLedger = {
  format: 1,
  engine: 'duckdb',
  runId: 'run-1',
  table: 'AadUser',
  stage: 'Ingested_Corrected',
  batch: 1,
  rundate,
  kind: 'snapshot',
  rows: {
    in: 10,
    written: 1,
    duplicates: 0,
    rejected,
    superseded: 0,
    applied: 0,
    removed: 0,
    kept: 0,
    total: 1,
  },
  erased: [{ batch: 1, rejected }],
  columns: ['ObjectId'],
  catalogue: digest,
  profile: 'strict',
};

export const runReport: RunReport = {
  format: 1,
  report: 'run',
  runId: 'run-1',
  attempts: 2,
  startedAt: '2024-05-06T07:08:09Z',
  finishedAt: '2024-05-06T07:08:10Z',
  engine: 'duckdb',
  workspace: 'dev',
  version: '1.14',
  profile: 'strict',
  catalogue: digest,
  timeZone: 'UTC',
  saltFingerprint: '0123456789abcdef',
  outcome: 'succeeded',
  units: [{ unit, rundate, status: 'processed', batches: 1 }],
  tables: [flow],
  messages: [message],
};

export const verificationReport: VerificationReport = {
  format: 1,
  report: 'verification',
  runId: 'verify-1',
  startedAt: '2024-05-06T07:08:09Z',
  finishedAt: '2024-05-06T07:08:10Z',
  workspace: 'dev',
  version: '1.14',
  profile: 'strict',
  catalogue: digest,
  saltFingerprint: '0123456789abcdef',
  outcome: 'passed',
  tables: [flow],
  freshness: { AadUser: rundate },
  checks: [{ check: 'ledger adds up', rules: ['ROW14'], status: 'warned', examined: 1, findings: [message] }],
};

export const tombstoneEntry: TombstoneEntry = {
  format: 1,
  sequence: 0,
  at: '2024-05-06T07:08:09.123Z',
  action: 'erase',
  keyFingerprint: 'a'.repeat(16),
  identifiers: [digest],
};
