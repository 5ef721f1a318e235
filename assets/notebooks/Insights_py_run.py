# Part of Insights_py: one run from drop to Refined, and its report.

# %%
_workspace_form = re.compile(r'[A-Za-z0-9_-]{1,30}')
_version_form = re.compile(r'(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){1,2}')

# Small tables, small plans: what upstream lost most of its time to (200 partitions per shuffle, adaptive planning of tiny joins).
_session_settings = {
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.shuffle.partitions': '4',
    'spark.sql.adaptive.coalescePartitions.enabled': 'true',
    'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
    'spark.sql.parquet.datetimeRebaseModeInWrite': 'CORRECTED',
    'spark.sql.parquet.datetimeRebaseModeInRead': 'CORRECTED',
    # The other parser quotes the text that it could not read (ROW13).
    'spark.sql.legacy.timeParserPolicy': 'CORRECTED',
    'spark.sql.ansi.enabled': 'false',
    'spark.sql.hive.filesourcePartitionFileCacheSize': '0',
}


class Deployment:
    """What was deployed: the catalogue, the settings of the environment, and this session prepared for them."""

    def __init__(self, spark, secrets, document, workspace, version):
        if not _workspace_form.fullmatch(workspace) or (workspace.lower() in ('prod', 'dev') and workspace != workspace.lower()):
            raise InsightsError('WORKSPACE_NAME_INVALID', f'{workspace!r} is not a workspace name.')
        if not _version_form.fullmatch(version):
            raise InsightsError('DATA_VERSION_INVALID', f'{version!r} is not a data version.')
        self.spark, self._secrets = spark, secrets
        self.settings = document['settings']
        self.catalogue = Catalogue(document['catalogue'])
        self.metadata = document['metadataCsv']
        if workspace == 'prod' and self.catalogue.profile != 'strict':
            raise InsightsError('PROFILE_REFUSED', 'The v0.2 profile is for compatibility tests and is refused for prod.')
        self.paths = LakePaths(workspace, version)
        for name, value in _session_settings.items():
            spark.conf.set(name, value)
        self.store = LakeStore(spark, self.settings['lakeUrl'])

    def salt(self):
        """The workspace's salt from Key Vault (PRIV4). It is in no literal, log or report."""
        workspace, profile = self.paths.workspace, self.catalogue.profile
        name = 'oeaSalt' if workspace == 'prod' or profile == 'v0.2' else f'oeaSalt-{workspace}'
        salt = None
        try:
            salt = self._secrets.getSecret(self.settings['keyVault'], name, 'LS_KeyVault').strip()
        except Exception:
            salt = None
        if not salt:
            raise InsightsError('SALT_MISSING', f'The vault has no secret {name}, or this workspace may not read it.')
        return salt

    def storage_token(self):
        return self._secrets.getToken('Storage')

    def drop_folder(self, test_data_set, data_share_directory):
        """Workspace `prod` lands from the share; any other one test data, or the share where no set is named."""
        if self.paths.workspace == 'prod' or not test_data_set:
            return f'oea/pre_landing/data_shares/{data_share_directory}'
        return f'oea/pre_landing/test_data/{test_data_set}'


class Run:
    """One run while it holds the lake's lock. What it did is in its report, whose shape all engines share."""

    def __init__(self, deployment, run_id=''):
        self.deployment = deployment
        self.started_at = utc_now()
        self.run_id = run_id or f'{self.started_at.strftime("%Y%m%dT%H%M%SZ")}-{secrets.token_hex(3)}'
        self.units = []
        store, paths, settings = deployment.store, deployment.paths, deployment.settings
        self.treatments = Treatments(deployment.catalogue, deployment.salt())
        self.is_certain = False
        self.context = RunContext(
            deployment.spark,
            store,
            paths,
            deployment.catalogue,
            settings,
            self.treatments,
            self.run_id,
            format_rundate(self.started_at),
        )
        self.messages = self.context.messages
        self.lock = self.ledger = None

    def __enter__(self):
        deployment = self.deployment
        self.lock = take_lock(
            deployment.store, deployment.paths, deployment.settings, f'run {self.run_id}', deployment.storage_token
        )
        try:
            self.ledger = LandingLedger(deployment.store, deployment.paths, self.run_id, engine_name)
        except BaseException:
            # What an earlier run left is still to be cleaned up.
            (self.lock.abandon if self.lock.taken_over else self.lock.release)()
            raise
        return self

    def __exit__(self, kind, error, trace):
        # Where it is not known what reached the lake, the lock stays: the next run takes it over and cleans up.
        is_ours = isinstance(error, InsightsError) and error.code not in ('ENGINE_FAILED', 'LAKE_STORE_FAILED')
        if error is None or is_ours and self.is_certain:
            self.lock.release()
        else:
            self.lock.abandon()

    def open(self):
        """Cleans up after a run that died, and refuses a lake that was built otherwise."""
        if self.lock.taken_over:
            removed = remove_uncommitted(self.context)
            text = f'The last run stopped in the middle; {removed} files that it had not committed were removed.'
            self._say('information', 'RECOVERED', text, counts={'removed': removed})
        self.is_certain = True
        if self.ledger.rebuilding:
            raise InsightsError(
                'REBUILD_UNFINISHED', 'Refined is being made anew by the embedded engine; that run has to end first.'
            )
        record = catalogue_event(self.deployment.catalogue, self.treatments.fingerprint())
        change = compare_catalogues(self.ledger.catalogue, record)
        self._check_metadata(change)
        refuse_change(change)
        if change.kind == 'extended':
            extend_tables(self.context, change.tables)
        if change.kind in ('first', 'extended'):
            self.ledger.append([record])

    def _say(self, severity, code, message, **place):
        self.messages.append({'severity': severity, 'code': code, 'message': message, **place})

    def _check_metadata(self, change):
        """The lake's metadata.csv has to be the deployed one, as long as the deployed one did not change (ACCESS7)."""
        path, deployed = f'{self.deployment.paths.ingested_folder}/metadata.csv', self.deployment.metadata
        store = self.deployment.store
        present = store.read(path).decode('utf-8', 'replace') if store.exists(path) else None
        is_other = present is not None and metadata_hash(present) != metadata_hash(deployed)
        is_same_catalogue = (self.ledger.catalogue or {}).get('fingerprint') == self.deployment.catalogue.fingerprint
        if is_other and is_same_catalogue and change.kind in ('none', 'first'):
            raise InsightsError(
                'LAKE_CATALOGUE_DIFFERS', "The hash of the lake's metadata.csv is not that of the deployed catalogue.", file=path
            )
        if present != deployed and change.kind in ('none', 'first', 'extended'):
            store.write(path, deployed)
        self._say('information', 'ACCESS7', f'metadata.csv has the SHA-256 {hashlib.sha256(deployed.encode()).hexdigest()}.')

    def decide(self, confirm_rundate='', quarantine_rundate='', quarantine_reason=''):
        """Releases held units, or skips what cannot be mended; recorded in the ledger (ROW5, ROW6)."""
        if confirm_rundate:
            self._decide(confirm_rundate, ('held',), lambda rundate: {'event': 'confirmed', 'rundate': rundate})
        if quarantine_rundate:
            reason = quarantine_reason.strip()
            if not reason:
                raise InsightsError('USAGE', 'A quarantine needs a reason.')
            self._decide(
                quarantine_rundate,
                ('pending', 'failed', 'held'),
                lambda rundate: {'event': 'quarantined', 'rundate': rundate, 'reason': reason},
            )

    def _decide(self, text, wanted, event):
        rundate = parse_rundate(text)
        if rundate is None:
            raise InsightsError('RUNDATE_UNKNOWN', 'The rundate is not of the form yyyy-MM-dd HH:mm:ss.')
        units = [unit for unit in self.ledger.pending() if unit.rundate == rundate and unit.status in wanted]
        if not units:
            # A pipeline that is run again has its decision already.
            if (
                wanted == ('held',)
                and rundate in self.ledger.confirmed
                or any(unit.rundate == rundate and unit.status == 'quarantined' for unit in self.ledger.units.values())
            ):
                return
            raise InsightsError(
                'RUNDATE_UNKNOWN',
                f'No unit of rundate {rundate} is {" or ".join(wanted)}.',
                path=self.deployment.paths.landing_ledger,
            )
        status = event(rundate)['event']
        self.ledger.append([event(rundate)])
        if status == 'quarantined':
            for unit in units:
                self._report(unit, 'quarantined')

    def land(self, folder, tombstones=None):
        """Lands what is new. Returns the drop's own descriptions of its columns."""
        deployment = self.deployment
        drop = Drop(deployment.store, folder, deployment.catalogue.tables)
        landing = Landing(deployment.store, deployment.paths, self.ledger, deployment.settings, tombstones)
        planned = landing.plan(drop.units, self.started_at)
        self.messages.extend([*drop.messages, *landing.messages])
        for unit, rundate in landing.waiting:
            self.units.append({'unit': unit, 'rundate': rundate, 'status': 'waiting', 'batches': 0, 'outcomes': []})
        landing.land(planned)
        self.context.kept_bytes = landing.kept
        for unit in planned:
            landed = self.ledger.find(unit.unit, unit.rundate)
            if landed is not None and landed.status == 'superseded':
                self._report(landed, 'superseded')
        schemas = OwnSchemas(deployment.store, drop) if self.ledger.pending() else OwnSchemas()
        self.messages.extend(schemas.messages)
        return schemas

    def _report(self, unit, status, outcomes=()):
        self.units.append(
            {
                'unit': unit.unit,
                'rundate': unit.rundate,
                'status': status,
                'batches': len(unit.batches),
                'outcomes': list(outcomes),
            }
        )

    def process(self, schemas=None, ingests=True, refines=True):
        """
        Takes every pending unit through all stages, in order. Without `refines` the last unit of each table stops at Corrected,
        and an earlier one is refined first: what is behind in Refined is one unit, as after a crash. Without `ingests` only
        what was begun is completed.
        """
        self._refines = refines
        schemas, ledger = schemas or OwnSchemas(), self.ledger
        replaced = redelivered(ledger.pending())
        if replaced:
            ledger.append(replaced)
        for event in replaced:
            self._report(LedgerUnit(event['unit'], event['rundate'], 'snapshot'), 'superseded')
        pending = ledger.pending()
        is_held = has_failed = False
        stopped = []
        for unit in begun_first(self.context, pending) if len(pending) > 1 else pending:
            is_roster, newest = unit.kind != 'additive', ledger.newest_roster_rundate()
            if unit.status not in ('pending', 'failed', 'held') or not ingests and not is_begun(self.context, unit):
                continue
            if is_roster and newest is not None and unit.rundate < newest:
                ledger.append([{'event': 'superseded', 'unit': unit.unit, 'rundate': unit.rundate, 'by': newest}])
                self._report(unit, 'superseded')
            elif is_roster and (is_held or has_failed and unit.kind != 'snapshot'):
                what, rule = ('is held', 'ROW5') if is_held else ('failed', 'ROW6')
                self._say('warning', rule, f'An earlier roster unit {what}; this one waits for it.', file=unit.unit)
                self._report(unit, 'waiting')
            else:
                status = self._process_one(unit, schemas, stopped)
                is_held = is_held or is_roster and status == 'held'
                has_failed = (
                    is_roster and status != 'processed' or has_failed and not (unit.kind == 'snapshot' and status == 'processed')
                )
        for unit in stopped:
            self._report_findings(unit)

    def _process_one(self, unit, schemas, stopped):
        ledger, context = self.ledger, self.context
        renumbered = renumbering(context, unit, ledger.next_batch)
        if renumbered:
            ledger.append(renumbered)
        if not self._refines:
            self._complete_begun(unit)
        was = unit.status, unit.findings
        self.is_certain = False
        result = process_unit(context, ledger, unit, schemas, self._refines)
        self.is_certain = True
        if result.status == 'begun':
            self._say('information', 'STEPS', 'Ingested and corrected; the step refine completes it.', file=unit.unit)
            self._report(unit, 'processed', result.outcomes)
        elif result.status == 'processed':
            events = [{'event': 'processed', 'unit': unit.unit, 'rundate': unit.rundate, 'tables': result.outcomes}]
            if unit.kind == 'snapshot':
                # A good snapshot supersedes the roster units before it that did not get through (ROW6).
                earlier = [other for other in ledger.pending() if other.kind != 'additive' and other.rundate < unit.rundate]
                events += [
                    {'event': 'superseded', 'unit': other.unit, 'rundate': other.rundate, 'by': unit.rundate} for other in earlier
                ]
            ledger.append(events)
            self._report(unit, 'processed', result.outcomes)
        else:
            if was != (result.status, result.findings):
                ledger.append([{'event': result.status, 'unit': unit.unit, 'rundate': unit.rundate, 'findings': result.findings}])
            stopped.append(unit)
            self._report(unit, result.status)
        return result.status

    def _complete_begun(self, unit):
        """Completes units that an earlier step has begun, before another batch of one of their tables is ingested."""
        tables = {batch['table'] for batch in unit.batches}
        for other in self.ledger.pending():
            if other is not unit and tables & {batch['table'] for batch in other.batches} and is_begun(self.context, other):
                result = process_unit(self.context, self.ledger, other, OwnSchemas())
                self.ledger.append(
                    [{'event': 'processed', 'unit': other.unit, 'rundate': other.rundate, 'tables': result.outcomes}]
                )

    def _report_findings(self, unit):
        """Why a unit stopped. One that a later snapshot of the same run replaced needs nobody's attention any more (ROW6)."""
        is_superseded = unit.status == 'superseded'
        for finding in unit.findings:
            text = f'{finding["message"]} Rundate {unit.rundate}.'
            self.messages.append({'severity': 'warning' if is_superseded else 'error', **finding, 'message': text})
        for reported in self.units:
            if is_superseded and (reported['unit'], reported['rundate']) == (unit.unit, unit.rundate):
                reported['status'] = 'superseded'

    def report(self):
        deployment, statuses = self.deployment, [unit['status'] for unit in self.units]
        failed, worked = any(status in ('failed', 'held') for status in statuses), any(status != 'waiting' for status in statuses)
        return {
            'format': 1,
            'report': 'run',
            'runId': self.run_id,
            'startedAt': iso_instant(self.started_at),
            'finishedAt': iso_instant(utc_now()),
            'engine': engine_name,
            'workspace': deployment.paths.workspace,
            'version': deployment.paths.version,
            'profile': deployment.catalogue.profile,
            'catalogue': deployment.catalogue.fingerprint,
            'timeZone': deployment.settings['timeZone'],
            'saltFingerprint': self.treatments.fingerprint(),
            'outcome': 'failed' if failed else 'succeeded' if worked else 'nothing to do',
            'units': [{name: unit[name] for name in ('unit', 'rundate', 'status', 'batches')} for unit in self.units],
            'tables': table_flows(self.context, self.units),
            'messages': self.messages,
        }

    def finish(self):
        """Writes the report beside the lake and returns it."""
        self.context.staging.clear()
        report = self.report()
        self.deployment.store.write(
            self.deployment.paths.run_report(self.run_id), json.dumps(report, indent=2, ensure_ascii=False) + '\n'
        )
        return report


def run_steps(deployment, steps, folder, run_id='', confirm_rundate='', quarantine_rundate='', quarantine_reason='', say=print):
    """Carries out steps of a run in their order and returns its report; `folder` is the drop."""
    chosen = {step.strip() for step in steps.split(',') if step.strip()}
    unknown = chosen - {'land', 'ingest', 'correct', 'refine', 'digital_engagement', 'validate', 'databases'}
    if unknown or not chosen:
        raise InsightsError('USAGE', f'There is no step {sorted(unknown)}.' if unknown else 'No step is named.')
    began, schemas = utc_now(), None

    def done(step):
        nonlocal began
        say(f'{step}: {(utc_now() - began).total_seconds():.1f} s')
        began = utc_now()

    with without_foreign_texts('running the steps'), Run(deployment, run_id) as run:
        run.open()
        run.decide(confirm_rundate, quarantine_rundate, quarantine_reason)
        done('open')
        if 'land' in chosen:
            schemas = run.land(folder)
            done('land')
        if chosen & {'ingest', 'correct', 'refine'}:
            run.process(schemas, bool(chosen & {'ingest', 'correct'}), 'refine' in chosen)
            done('ingest, correct, refine')
        if 'digital_engagement' in chosen and deployment.catalogue.engagement is not None:
            EngagementEvents(run.context).follow()
            done('digital engagement')
        if 'refine' in chosen and run.context.commits:
            compact_what_grew(run.context, run.ledger)
        if 'validate' in chosen:
            # Of a run that writes, what it wrote; a run that is asked for nothing else looks at everything.
            written = {commit['table'] for commit in run.context.commits} if chosen & {'ingest', 'correct', 'refine'} else None
            run.messages.extend(validate_lake(run.context, written))
            done('validate')
        if 'databases' in chosen:
            update_lake_databases(run.context)
            done('databases')
        report = run.finish()
        done('report')
        return report


def fail_if_failed(report):
    """Raises when a run failed: the pipeline has to fail too, and to name the tables. Everything else is in the report."""
    errors = [message for message in report['messages'] if message['severity'] == 'error']
    if report['outcome'] == 'failed' or errors:
        named = sorted({f'{message["code"]} {message.get("table", "")}'.strip() for message in errors})
        raise InsightsError(
            'RUN_FAILED',
            f'Run {report["runId"]} failed: {", ".join(named)}.',
            report=f'oea/reports/{report["workspace"]}/runs/{report["runId"]}.json',
        )


def table_flows(context, units):
    """Rows of each table through the stages, from what this run committed and found unchanged."""
    flows = []
    for name, table in context.catalogue.tables.items():
        outcomes = [outcome for unit in units for outcome in unit['outcomes'] if outcome['table'] == name]
        if not outcomes:
            continue
        rows = {}
        for ledger in context.commits:
            if ledger['table'] == name:
                rows.setdefault(ledger['stage'], []).append(ledger['rows'])
        totals = {}
        for stage in ('general', 'sensitive'):
            stored = context.table(name, stage) if stage in table.refined else None
            totals[stage] = (
                rows[stage][-1]['total'] if stage in rows else stored.rows if stored is not None and stored.exists else None
            )
        corrected = rows.get('Ingested_Corrected', [])
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
            }
        )
    return flows


# %% [markdown]
# ## A changed catalogue
#
# New trailing columns are taken in; other treatments, keys or another salt are refused: the embedded engine rebuilds.


# %%
class CatalogueChange:
    def __init__(self, kind, tables=(), reasons=(), has_new_salt=False):
        self.kind, self.tables, self.reasons, self.has_new_salt = kind, tables, reasons, has_new_salt


def catalogue_event(catalogue, salt_fingerprint):
    tables = {
        name: {
            'columns': [[column['name'], column['type'], column['treatment']] for column in table.columns],
            'key': table.key,
            'whenGone': table.when_gone,
        }
        for name, table in catalogue.tables.items()
    }
    return {
        'event': 'catalogue',
        'profile': catalogue.profile,
        'fingerprint': catalogue.fingerprint,
        'saltFingerprint': salt_fingerprint,
        'tables': tables,
    }


def compare_catalogues(before, now):
    if before is None:
        return CatalogueChange('first')
    moved, treated, extended = [], [], []
    for name, former in before['tables'].items():
        present = now['tables'].get(name)
        if present is None:
            moved.append(f'table {name} is gone')
            continue
        for index, (column, kind, treatment) in enumerate(former['columns']):
            other = present['columns'][index] if index < len(present['columns']) else [None, None, None]
            if other[0] != column:
                moved.append(f'{name}.{column} is not column {index + 1} any more')
            elif other[1] != kind:
                moved.append(f'{name}.{column} was {kind} and is {other[1]}')
            elif other[2] != treatment:
                treated.append(f'{name}.{column} was {treatment} and is {other[2]}')
        if former['key'] != present['key']:
            moved.append(f'{name} has another key')
        if former['whenGone'] != present['whenGone']:
            treated.append(f'{name}: rows that left were {former["whenGone"]}, now {present["whenGone"]}')
        if len(present['columns']) > len(former['columns']):
            extended.append(name)
    extended += [name for name in now['tables'] if name not in before['tables']]
    if moved:
        return CatalogueChange('corrected', reasons=moved)
    has_new_salt = before['saltFingerprint'] != now['saltFingerprint']
    if before['profile'] != now['profile']:
        treated.insert(0, f'the profile was {before["profile"]} and is {now["profile"]}')
    if has_new_salt:
        treated.insert(0, 'the salt is another one')
    if treated:
        return CatalogueChange('refined', reasons=treated, has_new_salt=has_new_salt)
    return CatalogueChange('extended', extended) if extended else CatalogueChange('none')


def refuse_change(change):
    """Refuses a change that may not happen silently."""
    shown = '; '.join(change.reasons[:5]) + (f'; and {len(change.reasons) - 5} more' if len(change.reasons) > 5 else '')
    if change.kind == 'corrected':
        raise InsightsError('REBUILD_IMPOSSIBLE', f'The catalogue has changed: {shown}.')
    if change.kind == 'refined':
        raise InsightsError(
            'SALT_CHANGED' if change.has_new_salt else 'CATALOGUE_CHANGED', f'Refined was made otherwise: {shown}.'
        )


def extend_tables(context, names):
    """Brings the schemas of existing tables to a catalogue that has new columns at the end; old rows are null there."""
    for name in names:
        table = context.catalogue.tables[name]
        schemas = {'Ingested_Corrected': table.corrected, **{stage: shape['schema'] for stage, shape in table.refined.items()}}
        for stage, schema in schemas.items():
            target = context.table(name, stage)
            if target.exists and target.schema != schema:
                batch = {'batch': target.last_batch, 'table': name, 'rundate': context.started_at, 'kind': 'snapshot'}
                ledger = context.ledger(batch, stage, {'total': target.rows}, kind='catalogue')
                StagedChange(target, [], [], ledger, schema, 'WRITE', False).commit(context)


def metadata_hash(text):
    """SHA-256 of what a metadata file says: blank lines and comments say nothing."""
    lines = [line.strip() for line in text.lstrip('\ufeff').splitlines()]
    return hashlib.sha256('\n'.join(line for line in lines if line and not line.startswith('#')).encode()).hexdigest()
