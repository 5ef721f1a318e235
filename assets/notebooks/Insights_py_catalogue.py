# Part of Insights_py: the catalogue that was deployed, and what its types and treatments do to a value.

# %%
import hmac
import math
from datetime import date, timedelta

_epoch = date(1970, 1, 1).toordinal()
_day = 86_400_000_000
_iso_time = re.compile(
    r'([0-9]{4})-([0-9]{2})-([0-9]{2})'
    r'(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.]([0-9]{1,9}))?)?(Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?'
)
_us_time = re.compile(
    r'(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])/([0-9]{4})'
    r'(?: (?:(0?[1-9]|1[0-2]):([0-5][0-9])(?::([0-5][0-9]))? ([AaPp])[Mm]|([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?))?'
)
_whole_number = re.compile(r'[+-]?[0-9]+([.]0+)?')
_decimal_number = re.compile(r'[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?')
_bits = {'short': 16, 'integer': 32, 'long': 64}
_booleans = {**dict.fromkeys(('true', 't', 'yes', 'y', '1'), True), **dict.fromkeys(('false', 'f', 'no', 'n', '0'), False)}


class Catalogue:
    """The document that was rendered at deployment, with its tables by name."""

    def __init__(self, document):
        self.profile = document['profile']
        self.fingerprint = document['fingerprint']
        self.blanks = document['blankCharacters']
        self.casts, self.fast_casts = document['casts'], document['fastCasts']
        self.is_blank = document['isBlank']
        self.families = document['families']
        self.engagement = document.get('engagement')
        self.tables = {table['name']: Table(table) for table in document['tables']}


class Table:
    """A table of the catalogue. `columns` are dictionaries as the document has them."""

    def __init__(self, document):
        self.name = document['name']
        self.key = document['key']
        self.when_gone = document['whenGone']
        self.columns = document['columns']
        self.row_checks = document['rowChecks']
        self.references = document['references']
        self.corrected = document['corrected']
        self.refined = {'general': document['general']}
        if document['sensitive'] is not None:
            self.refined['sensitive'] = document['sensitive']

    @property
    def names(self):
        return [column['name'] for column in self.columns]

    @property
    def types(self):
        return {column['name']: column['type'] for column in self.columns}

    @property
    def readable(self):
        """Columns whose minimum and maximum may stand in the log of Corrected (PRIV3)."""
        return [column['name'] for column in self.columns if column['readable']]

    def column(self, name):
        return next((column for column in self.columns if column['name'] == name), None)

    def for_delete(self, width):
        """ROW12: of a row that is to be deleted only the key's cells matter."""
        reduced = Table.__new__(Table)
        reduced.__dict__.update(self.__dict__)
        reduced.row_checks = []
        reduced.columns = [{**column, 'required': column['name'] in self.key} for column in self.columns]
        if width == len(self.key):
            reduced.columns = [column for column in reduced.columns if column['name'] in self.key]
        return reduced


def cast_cell(kind, cell, blanks):
    """
    A delivered cell, not None, as its column's type; None when it is blank or does not cast (ROW9). Times are microseconds and
    dates days since 1970. A text is exactly as delivered, never trimmed.
    """
    text = cell.strip(blanks)
    if text == '':
        return None
    if kind == 'string':
        return cell
    if kind == 'boolean':
        return _booleans.get(text.lower())
    if kind == 'double':
        number = float(text) if _decimal_number.fullmatch(text) else math.inf
        return number if math.isfinite(number) else None
    if kind in _bits:
        return _whole(text, _bits[kind])
    moment = _moment(text)
    if moment is None:
        return None
    return moment[0] if kind == 'date' else moment[1]


def _whole(text, bits):
    if not _whole_number.fullmatch(text):
        return None
    digits = text.partition('.')[0]
    if len(digits.lstrip('+-').lstrip('0')) > 19:
        return None
    number = int(digits)
    return number if -(1 << bits - 1) <= number < 1 << bits - 1 else None


def _moment(text):
    """Day as written and microseconds since 1970; None for what is neither the ISO nor the US form of a real date."""
    found = _iso_time.fullmatch(text)
    if found is not None:
        year, month, day, hour, minute, second, fraction, offset = found.groups()
        days = _days(int(year), int(month), int(day))
        if days is None:
            return None
        clock = (int(hour or 0) * 60 + int(minute or 0)) * 60 + int(second or 0)
        micros = days * _day + clock * 1_000_000 + int((fraction or '0').ljust(6, '0')[:6])
        return days, micros - _offset_minutes(offset) * 60_000_000
    found = _us_time.fullmatch(text)
    if found is None:
        return None
    month, day, year, hour12, minute12, second12, half, hour24, minute24, second24 = found.groups()
    days = _days(int(year), int(month), int(day))
    if days is None:
        return None
    hour = int(hour24 or 0) if hour12 is None else int(hour12) % 12 + (12 if half in 'pP' else 0)
    clock = (hour * 60 + int(minute12 or minute24 or 0)) * 60 + int(second12 or second24 or 0)
    return days, days * _day + clock * 1_000_000


def _days(year, month, day):
    try:
        return date(year, month, day).toordinal() - _epoch
    except ValueError:
        return None


def _offset_minutes(offset):
    if offset is None or offset == 'Z':
        return 0
    digits = offset[1:].replace(':', '')
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if offset[0] == '-' else minutes


def normalised(value):
    """An identifier without case and dashes: exports spell GUIDs in several ways (ROW9)."""
    return value.replace('-', '').lower()


# %% [markdown]
# ## Treatments
#
# What Refined shows of a value. The same rules are in the catalogue's document as Spark SQL, for batches that Spark works on.


# %%
class Treatments:
    """Makes columns of Refined from columns of Corrected, value by value. Holds the salt; shows it to nobody."""

    def __init__(self, catalogue, salt):
        self._catalogue = catalogue
        self._salt = salt.encode('utf-8')

    def __repr__(self):
        return 'Treatments'

    def column(self, column, values):
        """The values of a refined column, from those of its source."""
        making = column['making']
        if making['kind'] == 'copy':
            return values
        if making['kind'] == 'mask':
            return ['*'] * len(values)
        make = self._maker(making, column['type'])
        made = {value: make(value) for value in set(values) if value is not None}
        made[None] = None
        return [made[value] for value in values]

    def _maker(self, making, kind):
        if making['kind'] == 'hash':
            return lambda value: hashlib.sha256(value.encode('utf-8') + self._salt).hexdigest()
        if making['kind'] == 'hmac':
            return lambda value: hmac.new(self._salt, value.encode('utf-8'), 'sha256').hexdigest()
        if making['rule'] == 'family':
            return self._family
        if making['rule'] == 'month':
            return _month_of_day if kind == 'date' else lambda value: _month_of_day(value // _day) * _day
        return self._band(making['width'], kind)

    def _family(self, value):
        text = value.lower()
        return next((name for name, marks in self._catalogue.families if any(mark in text for mark in marks)), 'Other')

    def _band(self, width, kind):
        def lower(number):
            share = number / width
            return (share if share == 0 else float(math.floor(share))) * width

        if kind == 'double':
            return lower
        if kind == 'string':
            return lambda value: self._text_band(lower, value)
        # The lowest band of a type may begin below its smallest number, which then stands for it.
        return lambda value: max(value - value % width, -(1 << _bits[kind] - 1))

    def _text_band(self, lower, value):
        number = cast_cell('double', value, self._catalogue.blanks)
        return None if number is None or abs(lower(number)) >= 1e38 else str(int(lower(number)))

    def paddings(self):
        """Salt, inner and outer padding of HMAC (RFC 2104), for the row that Spark joins."""
        key = hashlib.sha256(self._salt).digest() if len(self._salt) > 64 else self._salt
        key = key.ljust(64, b'\0')
        return self._salt.decode('utf-8'), bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)

    def fingerprint(self):
        return hmac.new(self._salt, b'education-insights salt fingerprint', 'sha256').hexdigest()[:16]


def _month_of_day(days):
    return days - (date.fromordinal(days + _epoch).day - 1)


_statistic_length = 64


def column_statistics(kind, values):
    """Minimum, maximum and number of nulls as Delta's log states them; no minimum where it could not be stated exactly."""
    present = [value for value in values if value is not None]
    nulls = len(values) - len(present)
    if not present or kind == 'boolean':
        return None, None, nulls
    low, high = min(present), max(present)
    if kind == 'string':
        return (None, None, nulls) if max(len(low), len(high)) > _statistic_length else (low, high, nulls)
    if kind == 'date':
        return date.fromordinal(low + _epoch).isoformat(), date.fromordinal(high + _epoch).isoformat(), nulls
    if kind == 'timestamp':
        # The log has milliseconds: a minimum is rounded down and a maximum up, so that no row falls outside.
        return _stated_time(low // 1000), _stated_time(-(-high // 1000)), nulls
    return low, high, nulls


def _stated_time(milliseconds):
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
    return iso_instant(moment)


def file_statistics(rows, columns):
    """`columns` are (name, type, values) of those columns whose minimum and maximum may stand in a log (PRIV3)."""
    stats = {'numRecords': rows, 'minValues': {}, 'maxValues': {}, 'nullCount': {}}
    for name, kind, values in columns:
        low, high, nulls = column_statistics(kind, values)
        stats['nullCount'][name] = nulls
        if low is not None and high is not None:
            stats['minValues'][name], stats['maxValues'][name] = low, high
    return stats
