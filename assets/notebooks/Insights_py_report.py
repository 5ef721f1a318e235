# Part of Insights_py: the report of a run, and of its attempts together.

# %%
def table_flows(context, units, ledger):
    """Rows of each table through the stages, from what this run committed and found unchanged."""
    flows = []
    for name, table in context.catalogue.tables.items():
        outcomes = [outcome for unit in units for outcome in unit['outcomes'] if outcome['table'] == name]
        if not outcomes:
            continue
        rows = {}
        for commit in context.commits:
            if commit['table'] == name:
                rows.setdefault(commit['stage'], []).append(commit['rows'])
        totals = {}
        for stage in ('general', 'sensitive'):
            stored = context.table(name, stage) if stage in table.refined else None
            totals[stage] = (
                rows[stage][-1]['total'] if stage in rows else stored.rows if stored is not None and stored.exists else None
            )
        corrected = rows.get('Ingested_Corrected', [])
        erased = ledger.erased_rows({outcome['batch'] for outcome in outcomes})
        flows.append(
            {
                'table': name,
                'landed': sum(outcome['landed'] for outcome in outcomes),
                'ingested': sum(one['written'] for one in rows.get('Ingested', [])),
                'corrected': sum(one['written'] for one in corrected),
                'duplicates': sum(outcome['duplicates'] for outcome in outcomes),
                'superseded': sum(one['superseded'] for one in corrected),
                'rejected': add_counts(*[outcome['rejected'] for outcome in outcomes]),
                **totals,
                'kept': rows['general'][-1]['kept'] if 'general' in rows else 0,
                **({'erased': erased} if erased else {}),
            }
        )
    return flows


def earlier_report(deployment, run_id):
    """
    What an earlier attempt of a run reported, if it can be read: a pipeline tries its notebook again under the same run id.
    Else None, with a message where something is lost by it.
    """
    store, path = deployment.store, deployment.paths.run_report(run_id)
    if not store.exists(path):
        return None, []
    try:
        report = store.read_json(path)
    except ValueError:
        report = None
    lists = ('units', 'tables', 'messages')
    if not isinstance(report, dict) or not all(isinstance(report.get(name), list) for name in lists):
        message = (
            'What an earlier attempt of this run reported could not be read, so what that attempt processed is not in this report. '
            'The landing ledger and `insights verify` tell of it.'
        )
        return None, [{'severity': 'warning', 'code': 'REPORT_UNREADABLE', 'message': message, 'file': path}]
    # Another data version of the workspace is another run, whatever it is called.
    return report if report.get('version') == deployment.paths.version else None, []


def with_earlier_attempt(earlier, later):
    """
    One report of both: what either processed, and what the later one says of the rest. An error that the later one does
    not repeat is no longer one.
    """
    again = {(unit['unit'], unit['rundate']) for unit in later['units']}
    mended = [message for message in earlier['messages'] if message not in later['messages']]
    is_done = later['outcome'] == 'nothing to do' and earlier['outcome'] != 'nothing to do'
    return {
        **later,
        'attempts': earlier.get('attempts', 1) + 1,
        'startedAt': earlier['startedAt'],
        'outcome': 'succeeded' if is_done else later['outcome'],
        'units': [unit for unit in earlier['units'] if (unit['unit'], unit['rundate']) not in again] + later['units'],
        'tables': add_flows(earlier['tables'], later['tables']),
        'messages': [
            {**message, 'severity': 'warning'} if message['severity'] == 'error' else message for message in mended
        ]
        + later['messages'],
    }


def add_flows(earlier, later):
    """What came is added up; what a table holds is what the last attempt that touched it found."""
    before, again = {flow['table']: flow for flow in earlier}, {flow['table'] for flow in later}
    added = []
    for flow in later:
        other = before.get(flow['table'])
        sums = ('landed', 'ingested', 'corrected', 'duplicates', 'superseded', *(['erased'] if 'erased' in flow else []))
        added.append(
            flow
            if other is None
            else {
                **other,
                **flow,
                **{name: other.get(name, 0) + flow[name] for name in sums},
                'rejected': add_counts(other['rejected'], flow['rejected']),
            }
        )
    return [flow for flow in earlier if flow['table'] not in again] + added
