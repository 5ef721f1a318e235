# Part of Insights_py: keeps the rows of erased persons out of whatever lands (lake-format.md §7; ERASE1, ERASE2).

# %% [markdown]
# ## Erased persons
#
# `insights erase` takes a person out of every stage and leaves tombstones, by which later deliveries are filtered. Here they are only read.

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


def landing_filter(deployment, schemas):
    """What leaves rows of erased persons out of what lands; None where nobody was erased. Fails closed without the key."""
    entries, erased = read_tombstones(deployment.store, deployment.paths), set()
    for entry in entries:
        if entry['action'] == 'erase':
            erased |= set(entry['identifiers'])
        elif entry['action'] == 'lift':
            erased -= set(entry['identifiers'])
    if not erased:
        return None
    key = deployment.erasure_key()
    fingerprint = _keyed(key, 'education-insights erasure key fingerprint')[:16]
    if any(entry['keyFingerprint'] != fingerprint for entry in entries):
        raise InsightsError('ERASURE_KEY_DIFFERS', 'The erasure key is not the one of the tombstones in this lake.')
    return LandingFilter(deployment.catalogue, schemas, key, erased)


class LandingFilter:
    """Takes the records of erased persons out of delivered bytes."""

    def __init__(self, catalogue, schemas, key, erased):
        self._catalogue, self._schemas, self._key, self._erased = catalogue, schemas, key, erased
        self._answers = {}

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
