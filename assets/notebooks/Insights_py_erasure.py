# Part of Insights_py: keeps the rows of erased persons out of whatever lands (lake-format.md §7; ERASE1, ERASE2).

# %% [markdown]
# ## Erased persons
#
# `insights erase` takes a person out of every stage and leaves tombstones, by which later deliveries are filtered. Here they are read, and
# somebody who returns under another account, or as another person of the same account, gets tombstones for that too.

# %%
import hmac

_person_domains = ('directoryUser', 'person')
# From this length on an identifier found in a place of its own making is no chance.
_long_identifier = 8
_remembered_answers = 200_000
_words_of_record = re.compile(r'[,"\r\n]+')


def identifier_form(value):
    """One spelling for the spellings of an identifier: no blanks around it, ASCII letters small, a GUID without braces and dashes."""
    text = re.sub('[A-Z]', lambda letter: letter[0].lower(), value.strip(' \t\r\n'))
    digits = re.sub(r'^\{(.*)\}$', r'\1', text).replace('-', '')
    return digits if re.fullmatch('[0-9a-f]{32}', digits) else text


def _keyed(key, text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def identifier_hmac(key, domain, value):
    return _keyed(key, f'{domain}\x1f{identifier_form(value)}')


def read_tombstones(store, paths):
    """The entries of the tombstones, in order; most lakes have none."""
    folder = f'{paths.stage(2)}/Ingested/M365/_erasure'
    entries = []
    for name in store.names(folder):
        if not re.fullmatch(r'\d{20}\.json', name):
            continue
        try:
            entry = store.read_json(f'{folder}/{name}')
        except ValueError:
            entry = {}
        if entry.get('sequence') != len(entries):
            raise InsightsError('TOMBSTONES_BROKEN', f'The list of erased persons has no entry {len(entries)}.', file=folder)
        entries.append(entry)
    return entries


def landing_filter(deployment, schemas, planned):
    """What leaves rows of erased persons out of what lands; None where nobody was erased. Fails closed without the key."""
    entries = read_tombstones(deployment.store, deployment.paths)
    erased = _in_force(entries, 'erase', 'lift')
    if not erased:
        return None
    key = deployment.erasure_key()
    if any(entry['keyFingerprint'] != _key_fingerprint(key) for entry in entries):
        raise InsightsError('ERASURE_KEY_DIFFERS', 'The erasure key is not the one of the tombstones in this lake.')
    erasure = LandingFilter(deployment.catalogue, schemas, key, erased)
    returned = erasure.follow(_connections(deployment, erasure, planned), _in_force(entries, 'hold', 'release'))
    if returned:
        # With all that they are one with, so that one lift brings all of them back.
        former = (set(entry['identifiers']) for entry in entries if entry['action'] == 'erase')
        together = set().union(*(identifiers for identifiers in former if identifiers & returned))
        _append_tombstones(deployment, len(entries), key, (together & erased) | returned)
        added = len(returned - erased)
        text = f'The delivered mapping connects erased persons with {added} more accounts or persons, which are left out too.'
        text += ' `insights erase --resume` erases what landed of them before.'
        erasure.messages.append({'severity': 'warning', 'code': 'ERASE2', 'message': text})
    return erasure


def _in_force(entries, sets, takes):
    found = set()
    for entry in entries:
        if entry['action'] == sets:
            found |= set(entry['identifiers'])
        elif entry['action'] == takes:
            found -= set(entry['identifiers'])
    return found


def _key_fingerprint(key):
    return _keyed(key, 'education-insights erasure key fingerprint')[:16]


def _append_tombstones(deployment, sequence, key, identifiers):
    head = {'format': 1, 'sequence': sequence, 'at': iso_instant(utc_now()), 'action': 'erase'}
    entry = {**head, 'keyFingerprint': _key_fingerprint(key), 'identifiers': sorted(identifiers)}
    path = f'{deployment.paths.stage(2)}/Ingested/M365/_erasure/{sequence:020d}.json'
    if not deployment.store.write_if_absent(path, json.dumps(entry, indent=1)):
        raise InsightsError('LEDGER_CONFLICT', 'Another run has written to the tombstones meanwhile.', file=path)


def _is_mapping(table):
    keys = {column.get('domain') for column in table.columns if column['name'] in table.key}
    return keys.issuperset(_person_domains)


def _connections(deployment, erasure, planned):
    """Tombstones of account and person of each row of the mapping that is about to land."""
    for unit in planned:
        for table, files in unit.tables.items():
            for file in files if _is_mapping(deployment.catalogue.tables[table]) else ():
                with without_foreign_texts('reading the mapping of accounts to persons', file=file.delivered):
                    yield from erasure.connected(unit.unit, table, deployment.store.read(file.path))


class LandingFilter:
    """Takes the records of erased persons out of delivered bytes."""

    def __init__(self, catalogue, schemas, key, erased):
        self._catalogue, self._schemas, self._key, self._erased = catalogue, schemas, key, erased
        self._answers, self.messages = {}, []

    def connected(self, unit, table, data):
        """Tombstones of each account and person that a row names together."""
        persons = self._persons(unit, table)
        for record in delivered_records(data):
            accounts, ones = ([*self._tombstones(record, persons, domain)] for domain in _person_domains)
            yield from ((account, one) for account in accounts for one in ones)

    def _tombstones(self, record, persons, wanted):
        for position, domain, is_certain in persons:
            cell = record.cells[position] if record.cells is not None and position < len(record.cells) else None
            if domain == wanted and cell and (is_certain or len(cell) >= _long_identifier):
                yield identifier_hmac(self._key, domain, cell)

    def follow(self, connections, held):
        """
        Whoever is one with an erased person by these connections is erased from now on (ERASE1), nobody under a legal hold. Returns the
        tombstones of what was added, with the former ones that they are connected with; nothing where all are known.
        """
        pairs, reached = [pair for pair in connections if not held.intersection(pair)], set(self._erased)
        before = -1
        while before != len(reached):
            before = len(reached)
            for pair in pairs:
                if not reached.isdisjoint(pair):
                    reached.update(pair)
        added = reached - self._erased
        former = {one for pair in pairs if not added.isdisjoint(pair) for one in pair} & self._erased
        self._erased = reached
        return added | former if added else set()

    def names_persons(self, table):
        return any(column.get('domain') in _person_domains for column in self._catalogue.tables[table].columns)

    def rest(self, unit, table, data):
        """The bytes that may land, and how many records were left out. Their physical lines stay, empty (ROW10)."""
        persons = self._persons(unit, table)
        gone = [record for record in delivered_records(data) if self._is_erased(record, persons)]
        return (_without(data, gone), len(gone)) if gone else (data, 0)

    def _persons(self, unit, table):
        """(position, domain, whether that is certain), for the orders of columns that the file may have (ROW7)."""
        columns = self._catalogue.tables[table].columns
        domains = {column['name']: column.get('domain') for column in columns if column.get('domain') in _person_domains}
        own = self._schemas.columns_of(unit, table)
        orders = [[column['name'] for column in columns], *([own] if own is not None else [])]
        persons = []
        for position in range(max(map(len, orders))):
            found = {domains.get(order[position]) if position < len(order) else None for order in orders}
            persons += [(position, domain, len(found) == 1) for domain in found if domain is not None]
        return persons

    def _is_erased(self, record, persons):
        if record.cells is None:
            raw = record.raw if isinstance(record.raw, bytes) else record.raw.encode()
            words = _words_of_record.split(raw.decode('latin-1').replace('\0', ''))
            return any(
                self._knows(domain, word) for word in words if len(word) >= _long_identifier for domain in _person_domains
            )
        return any(
            position < len(record.cells)
            and record.cells[position]
            and (is_certain or len(record.cells[position]) >= _long_identifier)
            and self._knows(domain, record.cells[position])
            for position, domain, is_certain in persons
        )

    def _knows(self, domain, value):
        answer = self._answers.get((domain, value))
        if answer is None:
            if len(self._answers) >= _remembered_answers:
                self._answers.clear()
            answer = self._answers[domain, value] = identifier_hmac(self._key, domain, value) in self._erased
        return answer


def _without(data, gone):
    """Bytes in which the lines of some records are empty; a line end inside a record becomes a line feed."""
    mark = _byte_order_mark if data.startswith(_byte_order_mark) else b''
    ends = _line_feed if data[:2] in (b'\xff\xfe', b'\xfe\xff') else _line_end
    last = {record.line + record.line_count - 1 for record in gone}
    inner = {line for record in gone for line in range(record.line, record.line + record.line_count - 1)}
    pieces, position, number = [mark], len(mark), 0
    for number, end in enumerate(ends.finditer(data, len(mark)), 1):
        if number in inner:
            pieces.append(b'\n')
        else:
            pieces.append(end.group() if number in last else data[position : end.end()])
        position = end.end()
    if number + 1 not in last:
        pieces.append(data[position:])
    return b''.join(pieces)
