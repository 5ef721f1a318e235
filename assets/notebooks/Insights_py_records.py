# Part of Insights_py: reads delivered CSV files without losing a byte of them (RFC 4180; ROW10).

# %% [markdown]
# ## Delivered bytes as records
#
# Every physical line that is not blank belongs to exactly one record, good or not, with its line number and its raw bytes.
# Spark's own CSV reader can tell neither, and repairs in silence what it does not like. A line ends with `\n`, `\r\n` or
# a lone `\r`. A quote opens a cell only as its first byte, and has to close before a comma or a line end; otherwise the record
# is `unclosed_quote`, consists of its first physical line, and reading resumes at the second.

# %%
_line_end = re.compile(rb'\r\n|\n|\r')
_line_feed = re.compile(rb'\n')
_text_line_end = re.compile('\r\n|\n|\r')
_quoted_cell = re.compile(rb'"[^"]*(?:""[^"]*)*"')
_plain_cell = re.compile(rb'[^,\r\n]*')
_byte_order_mark = b'\xef\xbb\xbf'
# A record that runs on for longer over several lines counts as unclosed: one stray quote must not swallow a file.
_longest_run = 16 * 1024 * 1024


class DeliveredRecord:
    """A record as delivered; `problem` is None, `unclosed_quote` or `encoding`, and then there are no cells."""

    __slots__ = ('line', 'line_count', 'cells', 'raw', 'problem')

    def __init__(self, line, line_count, cells, raw, problem=None):
        self.line, self.line_count, self.cells, self.raw, self.problem = line, line_count, cells, raw, problem


def delivered_records(data):
    """All records of a file's bytes, in file order."""
    if data[:2] in (b'\xff\xfe', b'\xfe\xff'):
        return _lines_of_wrong_encoding(data)
    if data.startswith(_byte_order_mark):
        data = data[3:]
    if b'"' not in data and b'\0' not in data:
        try:
            return _records_without_quotes(data.decode('utf-8'))
        except UnicodeDecodeError:
            pass
    return _records_with_care(data)


def _records_without_quotes(text):
    lines = _text_line_end.split(text) if '\r' in text else text.split('\n')
    return [DeliveredRecord(number, 1, line.split(','), line) for number, line in enumerate(lines, 1) if line]


def _lines_of_wrong_encoding(data):
    """A file with a UTF-16 mark: every line of it is `encoding`, split at line feeds, quotes unseen."""
    lines = _line_feed.split(data)
    return [DeliveredRecord(number, 1, None, line, 'encoding') for number, line in enumerate(lines, 1) if line]


def _records_with_care(data):
    records, position, line, size = [], 0, 1, len(data)
    is_valid = _is_text(data)
    # Where a run failed, a cell that opens there again fails the same way: long files stay linear.
    hopeless, hopeless_until = set(), 0
    while position < size:
        found = _line_end.search(data, position)
        first_end = found.start() if found else size
        if first_end == position:
            position, line = found.end(), line + 1
            continue
        if position > hopeless_until:
            hopeless.clear()
        end, cells = first_end, None
        if data.find(b'"', position, first_end) >= 0:
            openings = []
            end, cells = _follow_quotes(data, position, first_end, openings, hopeless)
            if end is None or (end > first_end and end > position + _longest_run):
                limit = position + _longest_run
                hopeless.update(opening for opening in openings if opening <= limit)
                hopeless_until = max(hopeless_until, limit)
                records.append(DeliveredRecord(line, 1, None, data[position:first_end], 'unclosed_quote'))
                position, line = (found.end() if found else size), line + 1
                continue
        raw = data[position:end]
        count = 1 if end == first_end else 1 + len(_line_end.findall(raw))
        if is_valid or _is_text(raw):
            texts = raw.decode('utf-8').split(',') if cells is None else [cell.decode('utf-8') for cell in cells]
            records.append(DeliveredRecord(line, count, texts, raw))
        else:
            records.append(DeliveredRecord(line, count, None, raw, 'encoding'))
        after = _line_end.match(data, end)
        position, line = (after.end() if after else size), line + count
    return records


def _is_text(raw):
    try:
        raw.decode('utf-8')
    except UnicodeDecodeError:
        return False
    return b'\0' not in raw


def _follow_quotes(data, start, first_end, openings, hopeless):
    """End and cells of the record that starts at `start` and has a quote on its first line; (None, None) where one does not close."""
    cells, index, size = [], start, len(data)
    while True:
        if data[index : index + 1] == b'"':
            if index in hopeless:
                return None, None
            if index > first_end:
                openings.append(index)
            cell = _quoted_cell.match(data, index)
            if cell is None or data[cell.end() : cell.end() + 1] not in (b'', b',', b'\r', b'\n'):
                return None, None
            text = cell.group()[1:-1]
            cells.append(text.replace(b'""', b'"') if b'""' in text else text)
        else:
            cell = _plain_cell.match(data, index)
            cells.append(cell.group())
        index = cell.end()
        if index >= size or data[index : index + 1] != b',':
            return index, cells
        index += 1


def width_of(records):
    """Cells of most well-formed records; on a tie the width that came first; 0 where there is none."""
    widths = {}
    for record in records:
        if record.cells is not None:
            widths[len(record.cells)] = widths.get(len(record.cells), 0) + 1
    return max(widths, key=widths.get, default=0)


def raw_bytes(record):
    return record.raw.encode('utf-8') if isinstance(record.raw, str) else bytes(record.raw)


def content_hash(cells):
    """The content of a row as delivered (ROW11): an empty cell is empty text."""
    return hashlib.sha256('\x1f'.join([cell or '' for cell in cells]).encode('utf-8')).hexdigest()


class RawFile:
    """A landed file as rows of text cells; an empty cell is None. Rows that are not of the file's width are rejects."""

    def __init__(self, landed, data):
        self.landed = landed
        records = delivered_records(data)
        self.records = len(records)
        self.width = width_of(records)
        self.good = [record for record in records if record.cells is not None and len(record.cells) == self.width]
        self.rejects = (
            []
            if len(self.good) == len(records)
            else [record for record in records if record.cells is None or len(record.cells) != self.width]
        )
        self.readable = len(self.good)
        self.columns = [[cell or None for cell in column] for column in zip(*[record.cells for record in self.good])]

    def rejected_counts(self):
        counts = {}
        for record in self.rejects:
            reason = record.problem or 'width'
            counts[reason] = counts.get(reason, 0) + 1
        return counts

    def identifiers(self, position):
        """Normalised texts of one cell, for tables that refer to this one."""
        return (
            {normalised(cell) for cell in self.columns[position] if cell is not None and cell.strip()} if self.readable else set()
        )
