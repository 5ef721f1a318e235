# Part of Insights_py: one run from drop to Refined.

# %%
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
        self.lock = self.ledger = self.earlier = None

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
        self.earlier, lost = earlier_report(self.deployment, self.run_id)
        self.messages.extend(lost)
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
        if change.kind in ('first', 'extended', 'rules'):
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
        if present != deployed and change.kind in ('none', 'first', 'extended', 'rules'):
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

    def land(self, folder):
        """Lands what is new, and records what the drop says of the columns of pending units."""
        deployment = self.deployment
        drop = Drop(deployment.store, folder, deployment.catalogue.tables)
        # Test data is loaded whole before a run is started: only what somebody else delivers has to settle (ROW3).
        settles = {} if folder.startswith('oea/pre_landing/data_shares/') else {'settleMinutes': 0}
        landing = Landing(deployment.store, deployment.paths, self.ledger, {**deployment.settings, **settles})
        planned = landing.plan(drop.units, self.started_at)
        self.messages.extend([*drop.messages, *landing.messages])
        for unit, rundate in landing.waiting:
            self.units.append({'unit': unit, 'rundate': rundate, 'status': 'waiting', 'batches': 0, 'outcomes': []})
        if planned or self.ledger.pending():
            schemas = OwnSchemas(deployment.store, drop)
            erasure = landing_filter(deployment, schemas, planned) if planned else None
            self.messages.extend(erasure.messages if erasure is not None else [])
            landing.land(planned, schemas, erasure)
            described = described_anew(self.ledger, drop, schemas)
            if described:
                self.ledger.append(described)
            # What was once said of a folder that is processed is not said at every run.
            landed, still_open = self.ledger.units.values(), [*planned, *self.ledger.pending()]
            settled = {unit.unit for unit in landed} - {unit.unit for unit in still_open}
            told = [message for message in schemas.messages if '/'.join(message['file'].split('/')[:2]) not in settled]
            self.messages.extend(told)
        self.context.kept_bytes = landing.kept
        for unit in planned:
            landed = self.ledger.find(unit.unit, unit.rundate)
            if landed is not None and landed.status == 'superseded':
                self._report(landed, 'superseded')

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

    def process(self, ingests=True, refines=True):
        """
        Takes every pending unit through all stages, in order. Without `refines` the last unit of each table stops at Corrected,
        and an earlier one is refined first: what is behind in Refined is one unit, as after a crash. Without `ingests` only
        what was begun is completed.
        """
        self._refines = refines
        ledger = self.ledger
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
                status = self._process_one(unit, stopped)
                is_held = is_held or is_roster and status == 'held'
                has_failed = (
                    is_roster and status != 'processed' or has_failed and not (unit.kind == 'snapshot' and status == 'processed')
                )
        for unit in stopped:
            self._report_findings(unit)

    def _process_one(self, unit, stopped):
        ledger, context = self.ledger, self.context
        renumbered = renumbering(context, unit, ledger.next_batch)
        if renumbered:
            ledger.append(renumbered)
        if not self._refines:
            self._complete_begun(unit)
        was = unit.status, unit.findings
        self.is_certain = False
        result = process_unit(context, ledger, unit, self._refines)
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
                result = process_unit(self.context, self.ledger, other)
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
        # What an earlier attempt began and told of is told once.
        told = {(unit['unit'], unit['rundate']) for unit in (self.earlier or {}).get('units', ()) if unit['status'] == 'processed'}
        untold = [{**unit, 'outcomes': []} if (unit['unit'], unit['rundate']) in told else unit for unit in self.units]
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
            'tables': table_flows(self.context, untold, self.ledger),
            'messages': self.messages,
        }

    def written(self):
        """Tables that this run wrote, in whichever attempt: what one found wrong the next must not pass over."""
        earlier = {flow['table'] for flow in self.earlier['tables']} if self.earlier is not None else set()
        return earlier | {commit['table'] for commit in self.context.commits}

    def finish(self):
        """Writes the report beside the lake, together with that of earlier attempts of this run, and returns it."""
        self.context.staging.clear()
        report = self.report()
        if self.earlier is not None:
            report = with_earlier_attempt(self.earlier, report)
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
    began = utc_now()

    def done(step):
        nonlocal began
        say(f'{step}: {(utc_now() - began).total_seconds():.1f} s')
        began = utc_now()

    with without_foreign_texts('running the steps'), Run(deployment, run_id) as run:
        run.open()
        run.decide(confirm_rundate, quarantine_rundate, quarantine_reason)
        done('open')
        if 'land' in chosen:
            run.land(folder)
            done('land')
        if chosen & {'ingest', 'correct', 'refine'}:
            run.process(bool(chosen & {'ingest', 'correct'}), 'refine' in chosen)
            done('ingest, correct, refine')
        if 'digital_engagement' in chosen and deployment.catalogue.engagement is not None:
            EngagementEvents(run.context).follow()
            done('digital engagement')
        if 'refine' in chosen and run.context.commits:
            compact_what_grew(run.context, run.ledger)
        if 'validate' in chosen:
            # Of a run that writes, what it wrote; a run that is asked for nothing else looks at everything.
            written = run.written() if chosen & {'ingest', 'correct', 'refine'} else None
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
