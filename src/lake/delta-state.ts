import { InsightsError } from '../contract/errors';
import {
  decodeDataPath,
  type Action,
  type AddAction,
  type MetaDataAction,
  type ProtocolAction,
  type RemoveAction,
  type TxnAction,
} from './delta-actions';

/** The protocol versions that tables are created with and may have (design.md §4). */
export const supportedProtocol: ProtocolAction = { minReaderVersion: 1, minWriterVersion: 2 };

/**
 * What a table is at one version: the result of replaying its log (Delta protocol, "Action Reconciliation").
 * Files are keyed by their decoded path, so that two writers' ways of encoding a path mean one file.
 */
export class DeltaState {
  protocol: ProtocolAction | undefined;
  metaData: MetaDataAction | undefined;
  /** Milliseconds of the newest commitInfo replayed. */
  timestamp: number | undefined;
  readonly files = new Map<string, AddAction>();
  readonly removes = new Map<string, RemoveAction>();
  readonly txns = new Map<string, TxnAction>();

  /** @param table the table's lake path, for messages */
  constructor(private readonly table: string) {}

  /**
   * Replays the actions of one commit, or of a checkpoint.
   * @throws InsightsError DELTA_PROTOCOL_UNSUPPORTED when they ask for more than reader version 1
   */
  apply(actions: Iterable<Action>): void {
    for (const { protocol, metaData, txn, remove, add, commitInfo } of actions) {
      if (protocol !== undefined) this.setProtocol(protocol);
      if (metaData !== undefined) this.metaData = metaData;
      if (txn !== undefined) this.txns.set(txn.appId, txn);
      if (remove !== undefined) {
        const key = decodeDataPath(remove.path, this.table);
        this.files.delete(key);
        this.removes.set(key, { ...remove, dataChange: false });
      }
      if (add !== undefined) {
        const key = decodeDataPath(add.path, this.table);
        this.removes.delete(key);
        // As in a checkpoint: that a file changed data is a fact about its commit, not about the table.
        this.files.set(key, { ...add, dataChange: false });
      }
      if (typeof commitInfo?.timestamp === 'number') this.timestamp = commitInfo.timestamp;
    }
  }

  /** @throws InsightsError DELTA_PROTOCOL_UNSUPPORTED when the table may not be written by us. */
  checkWritable(): void {
    const version = this.protocol?.minWriterVersion ?? supportedProtocol.minWriterVersion;
    if (version > supportedProtocol.minWriterVersion) {
      throw this.unsupported(`The Delta table needs writer version ${version}; this program knows version 2.`);
    }
  }

  private setProtocol(protocol: ProtocolAction): void {
    const features = protocol.readerFeatures ?? [];
    if (protocol.minReaderVersion > supportedProtocol.minReaderVersion || features.length > 0) {
      const named = features.length > 0 ? ` (${features.join(', ')})` : '';
      throw this.unsupported(
        `The Delta table needs reader version ${protocol.minReaderVersion}${named}; this program knows version 1.`,
      );
    }
    this.protocol = protocol;
  }

  private unsupported(message: string): InsightsError {
    return new InsightsError('DELTA_PROTOCOL_UNSUPPORTED', message, { place: { path: this.table } });
  }
}
