# Part of Insights_py: writes small parquet files in plain Python.

# %% [markdown]
# ## Small parquet files without a Spark job
#
# A roster has about 28 tables of a few thousand rows and four stages. Spark needs about 0.2 seconds of planning, scheduling
# and committing for each file, whatever its size; this writer needs a few milliseconds. It writes the part of the
# format that every reader knows: one row group, one page per column, dictionary or plain values, gzip. What does not fit on
# the driver is written by Spark.

# %%
import struct
import zlib

_physical = {'boolean': 0, 'integer': 1, 'short': 1, 'date': 1, 'long': 2, 'timestamp': 2, 'double': 5, 'string': 6, 'binary': 6}
_converted = {'string': 0, 'date': 6, 'timestamp': 10, 'short': 16}
_value_format = {1: 'i', 2: 'q', 5: 'd'}
_plain_encoding, _level_encoding, _dictionary_encoding = 0, 3, 8
_gzip_codec = 2


class _Thrift:
    """The compact protocol of Thrift, as far as parquet's own metadata needs it. Fields have to come in ascending order."""

    def __init__(self):
        self._bytes = bytearray()
        self._fields = [0]

    def _varint(self, number):
        while number >= 0x80:
            self._bytes.append(number & 0x7F | 0x80)
            number >>= 7
        self._bytes.append(number)

    def _field(self, field, kind):
        delta = field - self._fields[-1]
        if 0 < delta < 16:
            self._bytes.append(delta << 4 | kind)
        else:
            self._bytes.append(kind)
            self._varint(field << 1)
        self._fields[-1] = field

    def integer(self, field, number, kind=5):
        self._field(field, kind)
        self._varint(number << 1 if number >= 0 else (-number << 1) - 1)

    def long(self, field, number):
        self.integer(field, number, 6)

    def byte(self, field, number):
        self._field(field, 3)
        self._bytes.append(number)

    def boolean(self, field, value):
        self._field(field, 1 if value else 2)

    def text(self, field, text):
        self._field(field, 8)
        self._element_text(text)

    def _element_text(self, text):
        encoded = text.encode('utf-8')
        self._varint(len(encoded))
        self._bytes += encoded

    def _list(self, field, size, kind):
        self._field(field, 9)
        if size < 15:
            self._bytes.append(size << 4 | kind)
        else:
            self._bytes.append(0xF0 | kind)
            self._varint(size)

    def integers(self, field, numbers):
        self._list(field, len(numbers), 5)
        for number in numbers:
            self._varint(number << 1)

    def texts(self, field, texts):
        self._list(field, len(texts), 8)
        for text in texts:
            self._element_text(text)

    def structures(self, field, writers):
        self._list(field, len(writers), 12)
        for write in writers:
            self._structure(write)

    def structure(self, field, write=lambda thrift: None):
        self._field(field, 12)
        self._structure(write)

    def _structure(self, write):
        self._fields.append(0)
        write(self)
        self._fields.pop()
        self._bytes.append(0)

    def finish(self):
        return bytes(self._bytes) + b'\x00'


def _packed(numbers, width):
    """Numbers of `width` bits as one bit-packed run of parquet's RLE hybrid, padded to a multiple of eight."""
    groups = (len(numbers) + 7) // 8
    words = [format(number, f'0{width}b') for number in range(max(numbers, default=0) + 1)]
    digits = ''.join([words[number] for number in reversed(numbers)])
    header, head = groups << 1 | 1, bytearray()
    while header >= 0x80:
        head.append(header & 0x7F | 0x80)
        header >>= 7
    head.append(header)
    return bytes(head) + int(digits or '0', 2).to_bytes(groups * width, 'little')


def _levels(levels, width):
    run = _packed(levels, width)
    return struct.pack('<i', len(run)) + run


def _plain(values, kind):
    """Values in parquet's PLAIN encoding."""
    physical = _physical[kind]
    if physical == 6:
        encoded = [value.encode('utf-8') for value in values] if kind == 'string' else values
        pack = struct.Struct('<i').pack
        return b''.join([part for value in encoded for part in (pack(len(value)), value)])
    if physical == 0:
        return _packed([int(value) for value in values], 1)[_packed_head(len(values)) :]
    return struct.pack(f'<{len(values)}{_value_format[physical]}', *values)


def _packed_head(count):
    """Bytes of the run header that `_packed` puts before its bits, which PLAIN booleans do not have."""
    header, size = (count + 7) // 8 << 1 | 1, 1
    while header >= 0x80:
        header, size = header >> 7, size + 1
    return size


def _compressed(page):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(page) + packer.flush()


class _ColumnPages:
    """The pages of one column, compressed, with what the footer has to say about them."""

    def __init__(self, kind, path, levels, values, count):
        self.kind, self.path, self.count = kind, path, count
        # 0.0 and -0.0 are one key of a Python dictionary, and must stay two values.
        distinct = {} if kind in ('boolean', 'double') else {value: index for index, value in enumerate(dict.fromkeys(values))}
        is_dictionary = 0 < 2 * len(distinct) <= len(values)
        pages = []
        if is_dictionary:
            pages.append((self._dictionary_header, len(distinct), _plain(list(distinct), kind)))
            width = max(1, (len(distinct) - 1).bit_length())
            body = bytes([width]) + _packed([distinct[value] for value in values], width)
        else:
            body = _plain(values, kind)
        self.encodings = [_plain_encoding, _level_encoding] + ([_dictionary_encoding] if is_dictionary else [])
        self._encoding = _dictionary_encoding if is_dictionary else _plain_encoding
        pages.append((self._data_header, count, levels + body))
        self.bytes, self.plain_size, self.data_offset, self.has_dictionary = b'', 0, 0, is_dictionary
        for write_header, rows, page in pages:
            compressed = _compressed(page)
            header = write_header(rows, len(page), len(compressed))
            self.data_offset = len(self.bytes)
            self.plain_size += len(header) + len(page)
            self.bytes += header + compressed

    def _data_header(self, rows, size, compressed):
        header = _Thrift()
        header.integer(1, 0)
        header.integer(2, size)
        header.integer(3, compressed)

        def page(thrift):
            thrift.integer(1, rows)
            thrift.integer(2, self._encoding)
            thrift.integer(3, _level_encoding)
            thrift.integer(4, _level_encoding)

        header.structure(5, page)
        return header.finish()

    def _dictionary_header(self, rows, size, compressed):
        header = _Thrift()
        header.integer(1, 2)
        header.integer(2, size)
        header.integer(3, compressed)

        def page(thrift):
            thrift.integer(1, rows)
            thrift.integer(2, _plain_encoding)

        header.structure(7, page)
        return header.finish()

    def chunk(self, offset):
        def metadata(thrift):
            thrift.integer(1, _physical[self.kind])
            thrift.integers(2, self.encodings)
            thrift.texts(3, self.path)
            thrift.integer(4, _gzip_codec)
            thrift.long(5, self.count)
            thrift.long(6, self.plain_size)
            thrift.long(7, len(self.bytes))
            thrift.long(9, offset + self.data_offset)
            if self.has_dictionary:
                thrift.long(11, offset)

        def write(thrift):
            thrift.long(2, offset)
            thrift.structure(3, metadata)

        return write


def _flat_pages(name, kind, values):
    levels = _levels([0 if value is None else 1 for value in values], 1)
    return _ColumnPages(kind, [name], levels, [value for value in values if value is not None], len(values))


def _list_pages(name, lists):
    """A column of lists of texts; the lists hold no nulls, but may be null themselves."""
    repetitions, definitions, values = [], [], []
    for texts in lists:
        if not texts:
            repetitions.append(0)
            definitions.append(0 if texts is None else 1)
            continue
        for index, text in enumerate(texts):
            repetitions.append(1 if index else 0)
            definitions.append(3)
            values.append(text)
    levels = _levels(repetitions, 1) + _levels(definitions, 2)
    return _ColumnPages('string', [name, 'list', 'element'], levels, values, len(definitions))


def _schema_elements(columns):
    """SchemaElements of the root and all columns; every column is optional."""

    def element(name, repetition=None, kind=None, children=None, is_list=False):
        def write(thrift):
            if kind is not None:
                thrift.integer(1, _physical[kind])
            if repetition is not None:
                thrift.integer(3, repetition)
            thrift.text(4, name)
            if children is not None:
                thrift.integer(5, children)
            converted = 3 if is_list else _converted.get(kind)
            if converted is not None:
                thrift.integer(6, converted)
            if is_list or kind in _logical:
                thrift.structure(10, _list_type if is_list else _logical[kind])

        return write

    elements = [element('spark_schema', children=len(columns))]
    for name, kind in columns:
        if kind == 'string[]':
            elements += [
                element(name, 1, children=1, is_list=True),
                element('list', 2, children=1),
                element('element', 1, 'string'),
            ]
        else:
            elements.append(element(name, 1, kind))
    return elements


def _list_type(thrift):
    thrift.structure(3)


def _timestamp_type(thrift):
    def detail(inner):
        inner.boolean(1, True)
        inner.structure(2, lambda unit: unit.structure(2))

    thrift.structure(8, detail)


def _short_type(thrift):
    def detail(inner):
        inner.byte(1, 16)
        inner.boolean(2, True)

    thrift.structure(10, detail)


_logical = {
    'string': lambda thrift: thrift.structure(1),
    'date': lambda thrift: thrift.structure(6),
    'timestamp': _timestamp_type,
    'short': _short_type,
}


def parquet_bytes(columns, values):
    """
    A parquet file. `columns` are (name, type) with the catalogue's types, `binary` and `string[]`; `values` has a list for each,
    with None for null, dates as days and timestamps as microseconds since 1970.
    """
    rows = len(values[0])
    pages = [
        _list_pages(name, column) if kind == 'string[]' else _flat_pages(name, kind, column)
        for (name, kind), column in zip(columns, values)
    ]
    content, chunks = [b'PAR1'], []
    offset = 4
    for column in pages:
        chunks.append(column.chunk(offset))
        content.append(column.bytes)
        offset += len(column.bytes)

    def row_group(thrift):
        thrift.structures(1, chunks)
        thrift.long(2, sum(column.plain_size for column in pages))
        thrift.long(3, rows)

    footer = _Thrift()
    footer.integer(1, 1)
    footer.structures(2, _schema_elements(columns))
    footer.long(3, rows)
    footer.structures(4, [row_group])
    footer.text(6, 'Education-Insights-CDK')
    end = footer.finish()
    return b''.join(content) + end + struct.pack('<i', len(end)) + b'PAR1'
