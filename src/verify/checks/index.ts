import type { Check } from '../check';
import { batches } from './batches';
import { commitLedgers } from './commit-ledgers';
import { currentRows } from './current-rows';
import { dashboardJoins } from './dashboard-joins';
import { engagement } from './engagement';
import { erasedPersons } from './erased-persons';
import { fingerprints } from './fingerprints';
import { folders } from './folders';
import { freshness } from './freshness';
import { keys } from './keys';
import { landedBytes } from './landed-bytes';
import { masks } from './masks';
import { pseudonyms } from './pseudonyms';
import { rawValues } from './raw-values';
import { references } from './references';
import { rejectedRows } from './rejected-rows';
import { rowCounts } from './row-counts';
import { rowOrder } from './row-order';
import { schemas } from './schemas';
import { smallCells } from './small-cells';
import { spellings } from './spellings';
import { statistics } from './statistics';
import { undoneMasks } from './undone-masks';

/** All checks, in the order in which they run and are reported. */
export const checks: readonly Check[] = [
  fingerprints,
  commitLedgers,
  batches,
  rejectedRows,
  rowCounts,
  folders,
  landedBytes,
  schemas,
  keys,
  references,
  spellings,
  currentRows,
  pseudonyms,
  masks,
  rawValues,
  undoneMasks,
  smallCells,
  erasedPersons,
  rowOrder,
  statistics,
  engagement,
  dashboardJoins,
  freshness,
];
