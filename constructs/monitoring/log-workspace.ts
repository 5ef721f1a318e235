import { Construct, type IConstruct } from 'constructs';
import { nameLimits, refuseName } from '../../src/contract/resource-names';
import { LogAnalyticsWorkspace, MonitorDiagnosticSetting } from '../core/azurerm';
import { Token } from '../core/cdktf';
import { refuse } from '../core/refuse';
import { resourceId, type ResourcePlace } from '../core/resource-id';
import type { DiagnosticsSource } from './diagnostics-source';

export interface LogWorkspaceProps {
  /** 4 to 63 letters, digits and inner hyphens. */
  readonly workspaceName: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whole days, 30 to 730. @default 90 */
  readonly retentionDays?: number;
  /** Whether Terraform may destroy the workspace with its logs. @default false */
  readonly deletable?: boolean;
}

/** Where logs are collected. */
export interface ILogWorkspace extends IConstruct {
  /** ARM id of the workspace. */
  readonly workspaceId: string;
  /** Sends all logs of `source` here. */
  collect(source: DiagnosticsSource): void;
}

const defaultRetentionDays = 90;

/**
 * The Log Analytics workspace of an environment. It outlives the disposable stack (OWN1): who read what must be known after
 * it is gone.
 *
 * @example
 * new LogWorkspace(this, 'Logs', { workspaceName: 'log-oea-dev', resourceGroupName: 'rg', location: 'westeurope', tags: {} });
 */
export class LogWorkspace extends Construct implements ILogWorkspace {
  /** A workspace that is there already, such as that of the platform stack; logs are sent to it, and it stays as it is. */
  static fromName(scope: Construct, id: string, workspaceName: string, place: ResourcePlace): ILogWorkspace {
    const workspaceId = resourceId(place, 'Microsoft.OperationalInsights/workspaces', workspaceName);
    class ExistingWorkspace extends Construct implements ILogWorkspace {
      readonly workspaceId = workspaceId;

      collect(source: DiagnosticsSource): void {
        sendLogs(source, workspaceId);
      }
    }
    return new ExistingWorkspace(scope, id);
  }

  readonly workspaceId: string;

  constructor(scope: Construct, id: string, props: LogWorkspaceProps) {
    super(scope, id);
    this.validateWorkspaceName(props.workspaceName);
    this.validateRetentionDays(props.retentionDays);

    const workspace = new LogAnalyticsWorkspace(this, 'Resource', {
      name: props.workspaceName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      tags: { ...props.tags },
      sku: 'PerGB2018',
      retentionInDays: props.retentionDays ?? defaultRetentionDays,
      lifecycle: { preventDestroy: !(props.deletable ?? false) },
    });
    this.workspaceId = workspace.id;
  }

  collect(source: DiagnosticsSource): void {
    sendLogs(source, this.workspaceId);
  }

  private validateWorkspaceName(name: string): void {
    if (Token.isUnresolved(name) || refuseName('logAnalyticsWorkspace', name) === undefined) return;
    const { minimumLength, maximumLength, rule } = nameLimits.logAnalyticsWorkspace;
    throw refuse(this, 'workspaceName', name, `must be ${minimumLength} to ${maximumLength} characters of ${rule}`);
  }

  private validateRetentionDays(days: number | undefined): void {
    if (days === undefined || Token.isUnresolved(days)) return;
    if (Number.isInteger(days) && days >= 30 && days <= 730) return;
    throw refuse(this, 'retentionDays', days, 'must be a whole number from 30 to 730');
  }
}

function sendLogs(source: DiagnosticsSource, logAnalyticsWorkspaceId: string): void {
  if (source.node.tryFindChild('Diagnostics') !== undefined) return;
  new MonitorDiagnosticSetting(source, 'Diagnostics', {
    name: 'education-insights',
    targetResourceId: source.diagnostics.targetId,
    logAnalyticsWorkspaceId,
    enabledLog: source.diagnostics.logCategories.map((category) => ({ category })),
  });
}
