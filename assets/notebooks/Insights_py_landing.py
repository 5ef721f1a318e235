# Part of Insights_py: how drops land in stage 1 (ROW1 to ROW6).

# %% [markdown]
# ## Landing
#
# Decided by the ledger, never by the existence of a file (ROW1), so that retention and erasure in stage 1 bring nothing back.

# %%
_activity_units_per_entry = 50
# What was read to be landed is kept for the ingest of the same run: a delivered file is read once.
_kept_bytes = 64 * 1024 * 1024


class Landing:
    """Plans and carries out what lands; keeps the bytes of small files for the ingest of the same run."""

    def __init__(self, store, paths, ledger, settings):
        self._store, self._paths, self._ledger, self._settings = store, paths, ledger, settings
        self.messages, self.waiting, self.kept, self._kept_size = [], [], {}, 0

    def plan(self, units, now):
        """Units to land now, whole or, of a folder delivered again, the tables that changed (ROW1 to ROW3)."""
        known = {
            file['delivered']: file
            for unit in self._ledger.in_order_of_landing()
            for batch in unit.batches
            for file in batch['files']
        }
        taken = {(unit.kind, unit.rundate) for unit in self._ledger.units.values()}
        landed = {unit.unit for unit in self._ledger.units.values()}
        new_places, planned = set(), []
        for unit in units.values():
            changed = {table: files for table, files in unit.tables.items() if self._is_changed(files, known)}
            if not changed:
                continue
            rundate = unit.rundate or self._first_sight(unit.unit) or format_rundate(now)
            is_new = unit.unit not in landed
            # What changed in a folder that never got through comes with the whole folder: the rest of it is still owed.
            is_whole = is_new or not self._was_processed(unit.unit)
            if self._must_wait(unit, rundate, is_whole, now):
                continue
            # Kind and rundate are the place in stage 1: two roster folders may not share it, activity files of a new date may.
            place = unit.kind, rundate
            is_free = is_new and (place not in taken or place in new_places) and not _name_taken(planned, unit, rundate)
            free, seconds = rundate, 0
            while not is_free and (seconds == 0 or (unit.kind, free) in taken):
                seconds += 1
                free = later_rundate(rundate, seconds)
            if free == rundate and unit.kind == 'additive':
                new_places.add(place)
            taken.add((unit.kind, free))
            planned.append(LandingUnit(unit.unit, unit.kind, free, unit.tables if is_whole else changed))
        return sorted(planned, key=lambda unit: unit.order)

    def _is_changed(self, files, known):
        for file in files:
            former = known.get(file.delivered)
            if former is None or former['bytes'] != file.bytes:
                return True
            if former['modified'] != file.modified and self._store.sha256(file.path) != former['sha256']:
                return True
        return False

    def _must_wait(self, unit, rundate, is_whole, now):
        settle = self._settings['settleMinutes']
        unsettled = sum(file.modified_at > now - timedelta(minutes=settle) for files in unit.tables.values() for file in files)
        missing = [table for table in self._settings['requiredTables'] if table not in unit.tables]
        if settle > 0 and unsettled:
            return self._wait(
                unit, rundate, 'ROW3', f'{unsettled} files are younger than {settle} minutes: the next run looks again.'
            )
        if is_whole and unit.kind == 'snapshot' and missing:
            return self._wait(
                unit, rundate, 'ROW2', f'The roster folder is not complete and was not landed. Missing: {", ".join(missing)}.'
            )
        return False

    def _wait(self, unit, rundate, code, message):
        self.waiting.append((unit.unit, rundate))
        self.messages.append({'severity': 'warning', 'code': code, 'message': message, 'file': unit.unit})
        return True

    def _first_sight(self, unit):
        return next((known.rundate for known in self._ledger.in_order_of_landing() if known.unit == unit), None)

    def _was_processed(self, unit):
        known = [landed for landed in self._ledger.in_order_of_landing() if landed.unit == unit]
        return bool(known) and known[-1].status == 'processed'

    def land(self, planned, schemas, erasure=None):
        """
        Copies into stage 1 and records it, with what the drop says of its columns: a roster folder in one entry, so that it
        lands whole or not at all.
        """
        batch, collected, units = self._ledger.next_batch, [], 0
        for unit in planned:
            if unit.kind != 'additive' and collected:
                self._ledger.append(collected)
                collected, units = [], 0
            numbered = [(table, files, batch + at) for at, (table, files) in enumerate(sorted(unit.tables.items()))]
            for events in in_parallel(numbered, lambda one: self._land_table(unit, *one, erasure)):
                collected += events
            collected += schemas.events(unit, unit.tables)
            batch, units = batch + len(numbered), units + 1
            newest = self._ledger.newest_roster_rundate()
            if unit.kind != 'additive' and newest is not None and unit.rundate < newest:
                collected.append({'event': 'superseded', 'unit': unit.unit, 'rundate': unit.rundate, 'by': newest})
            if unit.kind != 'additive' or units >= _activity_units_per_entry:
                self._ledger.append(collected)
                collected, units = [], 0
        if collected:
            self._ledger.append(collected)

    def _land_table(self, unit, table, files, batch, erasure):
        landed, erased = [], []
        for file in files:
            target = f'{self._paths.landed_batch(table, unit.kind, unit.rundate)}/{file.name}'
            digest, rest = self._land_file(unit, table, file, target, erasure)
            erased += [rest] if rest else []
            landed.append(
                {'delivered': file.delivered, 'landed': target, 'bytes': file.bytes, 'sha256': digest, 'modified': file.modified}
            )
        content = hashlib.sha256('\n'.join(sorted(file['sha256'] for file in landed)).encode()).hexdigest()
        head = {'event': 'landed', 'batch': batch, 'unit': unit.unit, 'table': table, 'kind': unit.kind, 'rundate': unit.rundate}
        event = {**head, 'files': landed, 'contentHash': content}
        return [event, {'event': 'erased', 'files': erased}] if erased else [event]

    def _land_file(self, unit, table, file, target, erasure):
        """Returns the hash of the delivered bytes, and what remains of them where rows of erased persons are left out (ERASE2)."""
        is_filtered = erasure is not None and erasure.names_persons(table)
        if file.bytes > self._settings['driverBatchBytes'] and not is_filtered:
            with without_foreign_texts('landing a file', file=file.delivered):
                return self._store.copy(file.path, target), None
        with without_foreign_texts('landing a file', file=file.delivered):
            data = self._store.read(file.path)
            digest = hashlib.sha256(data).hexdigest()
            data, rows = erasure.rest(unit.unit, table, data) if is_filtered else (data, 0)
            self._store.write(target, data)
        if self._kept_size + len(data) <= _kept_bytes:
            self.kept[target] = data
            self._kept_size += len(data)
        rest = {'landed': target, 'rows': rows, 'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest()} if rows else None
        return digest, rest


class LandingUnit(LedgerUnit):
    """A unit that is to be landed, with its tables and their files."""

    def __init__(self, unit, kind, rundate, tables):
        super().__init__(unit, rundate, kind)
        self.tables = tables


def _name_taken(planned, unit, rundate):
    """Two activity files of one rundate must not have one name in stage 1."""
    name = unit.unit.rsplit('/', 1)[-1]
    same = (other for other in planned if other.kind == unit.kind == 'additive' and other.rundate == rundate)
    return any(other.unit.rsplit('/', 1)[-1] == name for other in same)
