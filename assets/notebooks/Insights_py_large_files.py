# Part of Insights_py: reads files that are too large for the driver, in Spark.

# %% [markdown]
# ## Large files
#
# A landed file is read as lines of text, once, and written as rows of Ingested. While that runs, Spark counts the lines that only
# a careful reader can tell: broken quotes, other widths, bytes that are no text. As long as there are none, each line is a
# record and nothing was lost. Otherwise what was written is thrown away, and the file goes through the reader of
# `Insights_py_records`, in one task. Everything after that reads the rows of Ingested, as parquet.

# %%
from pyspark.sql import Observation
from pyspark.sql.types import ArrayType, BinaryType, LongType, StringType, StructField, StructType

_head_bytes = 256 * 1024
# Possessive: Java's matcher would else need a stack as deep as a cell is long.
_quoted_text = '"[^"]*+(?:""[^"]*+)*+"'
_well_quoted = f'\\A(?:{_quoted_text}|[^",]*+)(?:,(?:{_quoted_text}|[^",]*+))*+\\z'
_record_schema = StructType(
    [
        StructField('line', LongType()),
        StructField('line_count', LongType()),
        StructField('problem', StringType()),
        StructField('cells', ArrayType(StringType())),
        StructField('raw', BinaryType()),
    ]
)


def _records_of_file(row):
    """The records of one whole file, for Spark. Raises nothing: what it raised would be in Spark's log (PRIV3)."""
    for record in delivered_records(bytes(row[0])):
        yield record.line, record.line_count, record.problem, record.cells, bytearray(raw_bytes(record))


def sql_text(text):
    """A text constant as Spark SQL; names of files and patterns, never a cell."""
    return "'" + text.replace('\\', '\\\\').replace("'", "\\'") + "'"


class StagedRows:
    """Rows that lie in staged files already."""

    def __init__(self, context, columns, files):
        self._context, self.columns, self.files = context, list(columns), files
        self.count = sum(file.rows for file in files)

    def stage(self, context, batch, statistics=(), order=None, prefix='part'):
        return self.files

    def frame(self, context):
        return table_frame(context, self.columns, [context.store.url(file.staged) for file in self.files])

    def select(self, names):
        chosen = [column for column in self.columns if column[0] in names]
        return FrameRows(chosen, self.frame(self._context).select([name for name, _ in chosen]), self.count)

    def discard(self):
        self._context.store.remove([file.staged for file in self.files])


class SparkFile:
    """A landed file as staged rows of Ingested, and the records of it that are none."""

    def __init__(self, context, batch, file):
        self._context, self._batch, self.landed = context, batch, file['landed']
        self._url = context.store.url(self.landed)
        self._records, self._rejected = None, {}
        head = context.store.read_head(self.landed, _head_bytes)
        # The last line of the head may be cut.
        sample = delivered_records(head if len(head) < _head_bytes else head[: head.rfind(b'\n') + 1])
        self.width, self._ends_with_return, self._has_quotes = width_of(sample), b'\r\n' in head, b'"' in head
        with without_foreign_texts('reading a landed file', file=self.landed):
            if not head:
                self.staged = StagedRows(context, ingested_columns(0), [])
            elif self.width == 0 or not (self._read_lines() or self._found_quotes() and self._read_lines()):
                self._read_with_care()
        self.readable = self.staged.count
        self.records = self.readable + sum(self._rejected.values())

    def rejected_counts(self):
        return self._rejected

    def _found_quotes(self):
        """Whether to read again with an eye for quotes, of which the beginning of the file has none."""
        if self._has_quotes:
            return False
        self._has_quotes = True
        return True

    def _with_cells(self, lines, *beside):
        """Lines with an array of their cells: a reader of quotes only where there is a quote."""
        if not self._has_quotes:
            return lines.selectExpr(*beside, 'value', "split(value, ',', -1) AS cells")
        schema = ', '.join(f'c{index} STRING' for index in range(self.width))
        quoted = f"from_csv(value, '{schema}', map('quote', '\"', 'escape', '\"', 'maxCharsPerColumn', '-1'))"
        fields = ', '.join(f"coalesce(quoted.c{index}, '')" for index in range(self.width))
        found = lines.selectExpr(*beside, 'value', f"CASE WHEN contains(value, '\"') THEN {quoted} END AS quoted")
        return found.selectExpr(
            *beside, 'value', f"CASE WHEN quoted IS NULL THEN split(value, ',', -1) ELSE array({fields}) END AS cells"
        )

    def _suspicious(self):
        """Spark SQL of lines that are not surely a record of the file's width, exactly as they were split."""
        in_quotes = 'true'
        if self._has_quotes:
            unquoted = f"regexp_replace(value, {sql_text(_quoted_text)}, '')"
            in_quotes = f"NOT value RLIKE {sql_text(_well_quoted)} OR length({unquoted}) - length(replace({unquoted}, ',', '')) <> {self.width - 1}"
        return (
            "contains(value, '\\u0000') OR contains(value, '\\r') "
            "OR cast(decode(cast(value AS BINARY), 'UTF-8') AS BINARY) <> cast(value AS BINARY) "
            f"OR CASE WHEN contains(value, '\"') THEN {in_quotes} ELSE size(cells) <> {self.width} END"
        )

    def _read_lines(self):
        """Reads the file as lines; False where a line of it needs another reader."""
        lines = self._context.spark.read.option('lineSep', '\n').text(self._url)
        if self._ends_with_return:
            # A line without a return gets one in its middle, and is then found to be suspicious.
            lines = lines.selectExpr(
                "if(endswith(value, '\\r'), left(value, length(value) - 1), concat(value, '\\r ')) AS value"
            ).where("value <> '\\r '")
        seen = Observation()
        rows = self._ingested(self._with_cells(lines.where("value <> ''")), f'{self._suspicious()} AS _suspicious')
        watched = rows.observe(
            seen, sql_functions.expr('count(1)').alias('lines'), sql_functions.expr('count_if(_suspicious)').alias('suspicious')
        )
        self.staged = self._stage(watched.drop('_suspicious'))
        found = seen.get
        if found['suspicious'] == 0 and found['lines'] == self.staged.count:
            return True
        self.staged.discard()
        return False

    def _read_with_care(self):
        context, folder = self._context, f'{self._context.staging.folder}/{uuid.uuid4()}'
        # Of the ways to read a whole file, the one that takes the colons of a rundate in its path.
        content = context.spark.read.format('binaryFile').load(self._url).select('content')
        records = content.rdd.flatMap(_records_of_file)
        context.spark.createDataFrame(records, _record_schema, verifySchema=False).write.parquet(context.store.url(folder))
        self._records = context.spark.read.schema(_record_schema).parquet(context.store.url(folder))
        good = self._records.where('problem IS NULL').selectExpr('size(cells) AS width', 'line').groupBy('width')
        most = (
            good.agg(sql_functions.count('line').alias('rows'), sql_functions.min('line').alias('first'))
            .orderBy(sql_functions.desc('rows'), 'first')
            .first()
        )
        self.width = most['width'] if most else 0
        self.staged = self._stage(self._ingested(self._records.where(f'problem IS NULL AND size(cells) = {self.width}')))
        self._rejected = {row['reason']: row['count'] for row in self.unread().groupBy('reason').count().toLocalIterator()}

    def unread(self):
        """Records that could not be read, as rows of Rejected."""
        if self._records is None:
            return None
        bad = self._records.where(f'problem IS NOT NULL OR size(cells) <> {self.width}')
        return bad.selectExpr(
            "coalesce(problem, 'width') AS reason", 'CAST(NULL AS STRING) AS column_name', 'line', 'line_count', 'cells', 'raw'
        )

    def _ingested(self, frame, *beside):
        """Arrays of cells as rows of Ingested."""
        batch = self._batch
        cells = [f"nullif(cells[{index}], '') AS _c{index}" for index in range(self.width)]
        marks = [
            f"TIMESTAMP '{batch['rundate']} UTC' AS rundate",
            f'{batch["batch"]}L AS _batch',
            f'{sql_text(self.landed)} AS _file',
        ]
        return frame.selectExpr(*cells, *marks, *beside)

    def _stage(self, rows):
        columns = ingested_columns(self.width)
        return StagedRows(
            self._context,
            columns,
            self._context.staging.write(rows, columns, self._batch['batch'], ingested_statistics, with_facts=True),
        )

    def cells(self):
        """The rows of text cells."""
        return self.staged.frame(self._context)

    def facts(self, index):
        """Whether a cell is empty in every row, and whether no cell can be blank without being empty, by what parquet knows."""
        found = [file.facts[f'_c{index}'] for file in self.staged.files]
        values, nulls = [value for values, _ in found for value in values], sum(count for _, count in found)
        is_plain = all('!' <= value[:1] < '\u007f' for value in values)
        return nulls == self.readable, is_plain

    def identifiers(self, position):
        """Normalised texts of one cell, for tables that refer to this one."""
        return (
            self.cells().where(f'_c{position} IS NOT NULL').selectExpr(f"lower(replace(_c{position}, '-', '')) AS id").distinct()
        )

    def located(self, wanted):
        """
        Refused rows with their true line and bytes, as rows of Rejected. `wanted` has the columns content, reason and column_name: each
        row of the file with such a content is one of them.
        """
        if self._records is None:
            # The condition never holds: it makes the type that of the other readers, whose cells may be null.
            cells = 'if(size(cells) < 0, CAST(NULL AS array<string>), cells) AS cells'
            good = self._with_cells(self._numbered_lines(), 'line').selectExpr(
                'line', '1L AS line_count', cells, 'cast(value AS BINARY) AS raw'
            )
        else:
            good = self._records.where(f'problem IS NULL AND size(cells) = {self.width}')
        hashed = good.selectExpr('line', 'line_count', 'cells', 'raw', "sha2(array_join(cells, '\\u001f'), 256) AS content")
        found = hashed.join(sql_functions.broadcast(wanted.dropDuplicates(['content'])), 'content')
        return found.select('reason', 'column_name', 'line', 'line_count', 'cells', 'raw')

    def _numbered_lines(self):
        """Lines of a clean file with their number: the lines of earlier blocks of the file, and the place in their own."""
        lines = self._context.spark.read.option('lineSep', '\n').text(self._url)
        placed = lines.selectExpr('value', 'input_file_block_start() AS block', 'monotonically_increasing_id() AS place')
        sizes = placed.groupBy('block').agg(
            sql_functions.count('place').alias('lines'), sql_functions.min('place').alias('first')
        )
        before, blocks, shifts = 0, [], []
        for row in sorted(sizes.toLocalIterator(), key=lambda row: row['block']):
            blocks.append(row['block'])
            shifts.append(before - row['first'] + 1)
            before += row['lines']
        shift = ColumnRows([('block', 'long'), ('shift', 'long')], [blocks, shifts], len(blocks)).frame(self._context)
        value = 'left(value, length(value) - 1) AS value' if self._ends_with_return else 'value'
        return (
            placed.join(sql_functions.broadcast(shift), 'block')
            .where("value NOT IN ('', '\\r')")
            .selectExpr('place + shift AS line', value)
        )
