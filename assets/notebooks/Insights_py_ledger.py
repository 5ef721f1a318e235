# Part of Insights_py: the landing ledger, which says what has landed and what became of it (lake-format.md §2).

# %%
from datetime import timedelta

_ledger_checkpoint_every = 50
_kind_order = ('snapshot', 'additive', 'delta', 'delete')
_rundate_form = re.compile(r'([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T _]([0-9]{2})[-:]([0-9]{2})[-:]([0-9]{2})(?:\.[0-9]+)?Z?)?')
_open_states = ('pending', 'failed', 'held')


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
        # What the drop itself says of the columns of the unit's tables (ROW7).
        self.own_columns = {}

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

    def _on_erased(self, event):
        """Equal content is told by what remains: after an erasure, and after one was lifted, a delivery differs from the last."""
        rest = {file['landed']: file['sha256'] for file in event['files']}
        for unit in self.units.values():
            for batch in unit.batches:
                if any(file['landed'] in rest for file in batch['files']):
                    batch['erased'] = {**batch.get('erased', {}), **rest}
                    own = {file['landed'] for file in batch['files']}
                    gone = sum(file['rows'] for file in event['files'] if file['landed'] in own)
                    batch['erasedRows'] = batch.get('erasedRows', 0) + gone
                    # What was left out after the batch was processed is in the counts of its outcome still.
                    if unit.status == 'processed':
                        batch['erasedSince'] = batch.get('erasedSince', 0) + gone
                    hashes = sorted(batch['erased'].get(file['landed'], file['sha256']) for file in batch['files'])
                    batch['contentHash'] = hashlib.sha256('\n'.join(hashes).encode()).hexdigest()

    def erased_rows(self, numbers):
        """Rows of erased persons that were left out of the files of these batches, at landing or later (ERASE2)."""
        batches = (batch for unit in self.units.values() for batch in unit.batches)
        return sum(batch.get('erasedRows', 0) for batch in batches if batch['batch'] in numbers)

    def _on_described(self, event):
        unit = self.units.get((event['unit'], event['rundate']))
        if unit is not None:
            unit.own_columns = event['columns']

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
