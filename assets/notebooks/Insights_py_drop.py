# Part of Insights_py: what a drop holds, and how it describes its columns itself (ROW1, ROW2, ROW7).

# %%
_roster_kinds = {'roster': 'snapshot', 'roster_delta': 'delta', 'roster_delete': 'delete'}
_date_in_name = re.compile(r'(?<![0-9])([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?![0-9])')


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


    def events(self, unit, tables):
        """What the drop says of the columns of a unit's tables, for the landing ledger; nothing when it describes none of them."""
        described = {table: self.columns_of(unit.unit, table) for table in sorted(tables)}
        columns = {table: names for table, names in described.items() if names}
        return [{'event': 'described', 'unit': unit.unit, 'rundate': unit.rundate, 'columns': columns}] if columns else []


def described_anew(ledger, drop, schemas):
    """A description can be mended without the files: what the drop now says of the last delivery of a pending unit."""
    last, events = {unit.unit: unit for unit in ledger.in_order_of_landing()}, []
    for unit in ledger.pending():
        if unit.unit in drop.units and last[unit.unit] is unit:
            described = schemas.events(unit, [batch['table'] for batch in unit.batches])
            columns = described[0]['columns'] if described else {}
            if columns != unit.own_columns:
                events.append({'event': 'described', 'unit': unit.unit, 'rundate': unit.rundate, 'columns': columns})
    return events


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
