# Part of Insights_py: the landing ledger, and how drops land in stage 1 (lake-format.md §2; ROW1 to ROW6).

# %%
from datetime import timedelta

_ledger_checkpoint_every = 50
_activity_units_per_entry = 50
_kind_order = ('snapshot', 'additive', 'delta', 'delete')
_roster_kinds = {'roster': 'snapshot', 'roster_delta': 'delta', 'roster_delete': 'delete'}
_rundate_form = re.compile(r'([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T _]([0-9]{2})[-:]([0-9]{2})[-:]([0-9]{2})(?:\.[0-9]+)?Z?)?')
_date_in_name = re.compile(r'(?<![0-9])([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?![0-9])')
_open_states = ('pending', 'failed', 'held')
# What was read to be landed is kept for the ingest of the same run: a delivered file is read once.
_kept_bytes = 64 * 1024 * 1024


def parse_rundate(text):
    """`2022-01-28T06-16-22`, `2022-01-28 06:16:22Z` or `2022-01-28` as `yyyy-MM-dd HH:mm:ss`; None for anything else."""
    found = _rundate_form.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second).isoformat(' ')
    except ValueError:
        return None


def later_rundate(rundate, seconds):
    return (datetime.fromisoformat(rundate) + timedelta(seconds=seconds)).isoformat(' ')


def format_rundate(moment):
    return moment.strftime('%Y-%m-%d %H:%M:%S')


class LedgerUnit:
    """A unit as the ledger knows it: everything that landed together with one rundate."""

    def __init__(self, unit, rundate, kind):
        self.unit, self.rundate, self.kind = unit, rundate, kind
        self.batches, self.status, self.findings, self.outcomes = [], 'pending', [], []

    @property
    def order(self):
        """By rundate, then kind (ROW12), then name."""
        return self.rundate, _kind_order.index(self.kind), self.unit


class LandingLedger:
    """The numbered entries of the landing ledger, and what they come to. Entries are created once and never change."""

    def __init__(self, store, paths, run_id, engine):
        self._store, self._folder = store, paths.landing_ledger
        self._writer = {'runId': run_id, 'engine': engine}
        self.units = {}
        self.confirmed, self.catalogue, self.rebuilding, self.next_batch = set(), None, False, 1
        self._entries = self._read()
        for entry in self._entries:
            self._apply(entry)

    def _read(self):
        names = self._store.names(self._folder)
        checkpoints = [name for name in names if re.fullmatch(r'checkpoint-\d{20}\.json', name)]
        entries = self._parsed(checkpoints[-1]) if checkpoints else []
        if checkpoints and len(entries) != int(checkpoints[-1][11:31]) + 1:
            raise InsightsError(
                'LEDGER_BROKEN', 'An entry of the landing ledger ends too early.', file=f'{self._folder}/{checkpoints[-1]}'
            )
        for name in names:
            if re.fullmatch(r'\d{20}\.json', name) and int(name[:20]) >= len(entries):
                entry = self._parsed(name)
                if entry.get('sequence') != len(entries) or int(name[:20]) != len(entries):
                    raise InsightsError(
                        'LEDGER_BROKEN', f'The landing ledger has a gap before {name}.', file=f'{self._folder}/{name}'
                    )
                entries.append(entry)
        return entries

    def _parsed(self, name):
        try:
            return self._store.read_json(f'{self._folder}/{name}')
        except ValueError:
            raise InsightsError(
                'LEDGER_BROKEN', 'An entry of the landing ledger is not JSON.', file=f'{self._folder}/{name}'
            ) from None

    def append(self, events):
        """Appends one entry, whose events take effect together."""
        sequence = len(self._entries)
        entry = {'format': 1, 'sequence': sequence, 'at': iso_instant(utc_now()), **self._writer, 'events': events}
        path = f'{self._folder}/{sequence:020d}.json'
        if not self._store.write_if_absent(path, json.dumps(entry, indent=1, ensure_ascii=False)):
            raise InsightsError('LEDGER_CONFLICT', 'Another run has written to the landing ledger meanwhile.', file=path)
        self._entries.append(entry)
        self._apply(entry)
        if sequence % _ledger_checkpoint_every == _ledger_checkpoint_every - 1:
            self._store.write(f'{self._folder}/checkpoint-{sequence:020d}.json', json.dumps(self._entries, ensure_ascii=False))

    def _apply(self, entry):
        for event in entry['events']:
            getattr(self, f'_on_{event["event"]}', self._on_status)(event)

    def _on_landed(self, event):
        key = event['unit'], event['rundate']
        if key not in self.units:
            self.units[key] = LedgerUnit(event['unit'], event['rundate'], event['kind'])
        self.units[key].batches.append({**event, 'formerBatches': []})
        self.next_batch = max(self.next_batch, event['batch'] + 1)

    def _on_renumbered(self, event):
        for unit in self.units.values():
            for batch in unit.batches:
                if batch['batch'] == event['from']:
                    batch['formerBatches'] = [*batch['formerBatches'], event['from']]
                    batch['batch'] = event['to']
        self.next_batch = max(self.next_batch, event['to'] + 1)

    def _on_confirmed(self, event):
        self.confirmed.add(event['rundate'])
        for unit in self.units.values():
            if unit.rundate == event['rundate'] and unit.status == 'held':
                unit.status = 'pending'

    def _on_quarantined(self, event):
        for unit in self.units.values():
            if unit.rundate == event['rundate'] and unit.status != 'processed':
                unit.status = 'quarantined'

    def _on_catalogue(self, event):
        self.catalogue = event

    def _on_rebuild(self, event):
        self.rebuilding = event['state'] == 'started'

    def _on_status(self, event):
        unit = self.units.get((event['unit'], event['rundate']))
        if unit is None:
            return
        unit.status = event['event']
        if event['event'] == 'processed':
            unit.outcomes = event['tables']
        elif event['event'] != 'superseded':
            unit.findings = event['findings']

    def find(self, unit, rundate):
        return self.units.get((unit, rundate))

    def in_order_of_landing(self):
        return sorted(self.units.values(), key=lambda unit: unit.batches[0]['batch'])

    def pending(self):
        """Units that a run must still try, in order of rundate and kind."""
        return sorted((unit for unit in self.units.values() if unit.status in _open_states), key=lambda unit: unit.order)

    def newest_roster_rundate(self):
        """Rundate of the newest processed roster unit; None as long as there was no snapshot (ROW4)."""
        processed = [unit for unit in self.units.values() if unit.kind != 'additive' and unit.status == 'processed']
        if not any(unit.kind == 'snapshot' for unit in processed):
            return None
        return max(unit.rundate for unit in processed)


# %% [markdown]
# ## What a drop holds


# %%
class DeliveredFile:
    def __init__(self, delivered, file):
        self.delivered, self.path, self.bytes = delivered, file.path, file.bytes
        self.modified_at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=file.modified)
        self.modified = iso_instant(self.modified_at)

    @property
    def name(self):
        return self.delivered.rsplit('/', 1)[-1]


class DeliveredUnit:
    """What lands together: a roster folder, or one activity file (ROW1, ROW2)."""

    def __init__(self, unit, kind, rundate, tables=None):
        self.unit, self.kind, self.rundate = unit, kind, rundate
        self.tables = {} if tables is None else tables


class Drop:
    """A folder that holds `M365/`, listed. No file is read; what cannot be landed is said, never skipped in silence."""

    def __init__(self, store, folder, tables):
        self.root = f'{folder}/M365'
        self.units, self.descriptions, self.messages = {}, {}, []
        files = store.list(self.root)
        if not files:
            raise InsightsError('DROP_NOT_FOUND', 'There is no M365 folder with files in the drop.', file=folder)
        for file in files:
            self._arrange(DeliveredFile(file.path[len(self.root) + 1 :], file), tables)

    def _ignore(self, message, file):
        self.messages.append({'severity': 'warning', 'code': 'DROP_FILE_IGNORED', 'message': message, 'file': file.delivered})

    def _arrange(self, file, tables):
        segments = file.delivered.split('/')
        if file.name.lower().endswith('.cdm.json'):
            self.descriptions[file.delivered] = file.path
        elif segments[0] == 'schema':
            pass
        elif not file.name.lower().endswith('.csv'):
            self._ignore('Only .csv files are landed.', file)
        elif segments[0] == 'activity':
            self._add(file.delivered, 'additive', _activity_rundate(segments[1:]), 'activity', file)
        elif segments[0] in _roster_kinds and len(segments) == 4:
            rundate, table = parse_rundate(segments[1]), segments[2]
            if rundate is None:
                self._ignore('The folder name is not a timestamp such as 2022-01-28T06-16-22.', file)
            elif table == 'activity' or table not in tables:
                self._ignore('The catalogue has no such table.', file)
            else:
                self._add('/'.join(segments[:2]), _roster_kinds[segments[0]], rundate, table, file)
        else:
            self._ignore('This is neither activity/<date>/<file> nor roster/<timestamp>/<Table>/<file>.', file)

    def _add(self, unit, kind, rundate, table, file):
        found = self.units.setdefault(unit, DeliveredUnit(unit, kind, rundate))
        found.tables.setdefault(table, []).append(file)


def _activity_rundate(segments):
    """Date folder, else a date in the file name, else None: the time of first sight (ROW1)."""
    for folder in segments[:-1]:
        rundate = parse_rundate(folder)
        if rundate is not None:
            return rundate
    found = _date_in_name.search(segments[-1])
    return None if found is None else parse_rundate('-'.join(found.groups()))


class OwnSchemas:
    """The drop's own description of its columns: attribute names in delivered order, by folder and table (ROW7)."""

    def __init__(self, store=None, drop=None):
        self._columns, self.messages, contents = {}, [], {}
        for delivered, path in (drop.descriptions if drop else {}).items():
            try:
                contents[delivered] = store.read_json(path)
            except ValueError:
                self._warn(delivered, 'This CDM description is not JSON and is not used.')
        for path, content in contents.items():
            if path.endswith('.manifest.cdm.json'):
                self._use(path, content, contents)

    def _warn(self, file, message):
        self.messages.append({'severity': 'warning', 'code': 'MANIFEST_NOT_USED', 'message': message, 'file': file})

    def _use(self, path, manifest, contents):
        folder, is_stale = path.rpartition('/')[0], False
        for entity in _list(_member(manifest, 'entities')):
            table, attributes = _text(_member(entity, 'entityName')), _attributes(_text(_member(entity, 'entityPath')), contents)
            for pattern in _list(_member(entity, 'dataPartitionPatterns')):
                unit = '/'.join(_local_path(_text(_member(pattern, 'rootLocation'))).split('/')[:2])
                if folder.startswith('roster') and '/' in folder and unit != folder:
                    is_stale = True
                elif attributes is not None:
                    # The CDM calls activity `TechActivity`.
                    self._columns[unit, 'activity' if unit.startswith('activity/') else table] = attributes
        if is_stale:
            self._warn(path, 'The manifest describes another folder: it is stale and is not used (ROW2).')

    def columns_of(self, unit, table):
        return self._columns.get(('/'.join(unit.split('/')[:2]), table))


def _attributes(entity_path, contents):
    """`local:/schema/roster.v0.3.2.cdm.json/AadGroup` as the attribute names of that entity."""
    file, _, name = _local_path(entity_path).rpartition('/')
    for entity in _list(_member(contents.get(file), 'definitions')):
        if _text(_member(entity, 'entityName')) == name:
            return [_text(_member(attribute, 'name')) for attribute in _list(_member(entity, 'hasAttributes'))]
    return None


def _local_path(location):
    return re.sub(r'^local:/?', '', location).strip('/')


def _member(value, key):
    return value.get(key) if isinstance(value, dict) else None


def _list(value):
    return value if isinstance(value, list) else []


def _text(value):
    return value if isinstance(value, str) else ''


# %% [markdown]
# ## Landing
#
# Decided by the ledger, never by the existence of a file (ROW1), so that retention and erasure in stage 1 bring nothing back.


# %%
class Landing:
    """Plans and carries out what lands; keeps the bytes of small files for the ingest of the same run."""

    def __init__(self, store, paths, ledger, settings, tombstones=None):
        self._store, self._paths, self._ledger, self._settings = store, paths, ledger, settings
        self.messages, self.waiting, self.kept, self._kept_size = [], [], {}, 0
        # Erasure filters rows of whatever is delivered (ERASE2): a function of (table, bytes) that returns other bytes.
        self._tombstones = tombstones

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
            if self._must_wait(unit, rundate, is_new, now):
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
            is_whole = is_new or not self._was_processed(unit.unit)
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

    def _must_wait(self, unit, rundate, is_new, now):
        settle = self._settings['settleMinutes']
        unsettled = sum(file.modified_at > now - timedelta(minutes=settle) for files in unit.tables.values() for file in files)
        missing = [table for table in self._settings['requiredTables'] if table not in unit.tables]
        if settle > 0 and unsettled:
            return self._wait(
                unit, rundate, 'ROW3', f'{unsettled} files are younger than {settle} minutes: the next run looks again.'
            )
        if is_new and unit.kind == 'snapshot' and missing:
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
        """What changed in a folder that never got through comes with the whole folder: the rest of it is still owed."""
        known = [landed for landed in self._ledger.in_order_of_landing() if landed.unit == unit]
        return bool(known) and known[-1].status == 'processed'

    def land(self, planned):
        """Copies into stage 1 and records it: a roster folder in one entry, so that it lands whole or not at all."""
        batch, collected, units = self._ledger.next_batch, [], 0
        for unit in planned:
            if unit.kind != 'additive' and collected:
                self._ledger.append(collected)
                collected, units = [], 0
            numbered = [(table, files, batch + at) for at, (table, files) in enumerate(sorted(unit.tables.items()))]
            collected += in_parallel(numbered, lambda one: self._land_table(unit, *one))
            batch, units = batch + len(numbered), units + 1
            newest = self._ledger.newest_roster_rundate()
            if unit.kind != 'additive' and newest is not None and unit.rundate < newest:
                collected.append({'event': 'superseded', 'unit': unit.unit, 'rundate': unit.rundate, 'by': newest})
            if unit.kind != 'additive' or units >= _activity_units_per_entry:
                self._ledger.append(collected)
                collected, units = [], 0
        if collected:
            self._ledger.append(collected)

    def _land_table(self, unit, table, files, batch):
        landed = []
        for file in files:
            target = f'{self._paths.landed_batch(table, unit.kind, unit.rundate)}/{file.name}'
            digest = self._land_file(table, file, target)
            landed.append(
                {'delivered': file.delivered, 'landed': target, 'bytes': file.bytes, 'sha256': digest, 'modified': file.modified}
            )
        content = hashlib.sha256('\n'.join(sorted(file['sha256'] for file in landed)).encode()).hexdigest()
        head = {'event': 'landed', 'batch': batch, 'unit': unit.unit, 'table': table, 'kind': unit.kind, 'rundate': unit.rundate}
        return {**head, 'files': landed, 'contentHash': content}

    def _land_file(self, table, file, target):
        """Returns the hash of the delivered bytes, also where erased rows are left out of the copy."""
        if file.bytes > self._settings['driverBatchBytes'] and self._tombstones is None:
            with without_foreign_texts('landing a file', file=file.delivered):
                return self._store.copy(file.path, target)
        with without_foreign_texts('landing a file', file=file.delivered):
            data = self._store.read(file.path)
            digest = hashlib.sha256(data).hexdigest()
            if self._tombstones is not None:
                data = self._tombstones(table, data)
            self._store.write(target, data)
        if self._kept_size + len(data) <= _kept_bytes:
            self.kept[target] = data
            self._kept_size += len(data)
        return digest


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
