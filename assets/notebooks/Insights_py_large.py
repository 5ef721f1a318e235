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
            good = self._with_cells(self._numbered_lines(), 'line').selectExpr(
                'line', '1L AS line_count', 'cells', 'cast(value AS BINARY) AS raw'
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


class SparkCells:
    """What settling columns asks of a file's cells, for a file that is in Spark. Only counts come back."""

    def __init__(self, context, file):
        self._context, self._cells = context, file.cells()
        self.rows, self.width, self.file = file.readable, file.width, file.landed

    def _text(self, index):
        return self._context.catalogue.casts['string'].replace('{cell}', f'_c{index}')

    def _counts(self, *expressions):
        with without_foreign_texts('looking at cells', file=self.file):
            return [int(count or 0) for count in self._cells.selectExpr(*expressions).first()]

    def unknown_values(self, columns, identifiers):
        found, unknown = {}, {}
        for index, column in columns:
            if 'values' in column['enumeration']:
                known = ', '.join(sql_text(value.lower()) for value in [*column['enumeration']['values'], column['name']])
                unknown[index] = f'coalesce(lower({self._text(index)}) NOT IN ({known}), false)'
        # Nearly always there are none: rows are counted first, and values only where that is not so.
        rows = dict(zip(unknown, self._counts(*[f'count_if({test})' for test in unknown.values()]))) if unknown else {}
        for index, count in rows.items():
            text = self._text(index)
            found[index] = self._counts(f'count(DISTINCT CASE WHEN {unknown[index]} THEN {text} END)')[0] if count else 0
        known = identifiers.frame('RefDefinition')
        for index, column in columns:
            if 'values' not in column['enumeration'] and known is not None:
                text = self._text(index)
                values = (
                    self._cells.selectExpr(f'{text} AS value')
                    .where(f'value IS NOT NULL AND lower(value) <> {sql_text(column["name"].lower())}')
                    .distinct()
                )
                with without_foreign_texts('looking at cells', file=self.file):
                    found[index] = (
                        values.selectExpr("lower(replace(value, '-', '')) AS id").join(known, 'id', 'left_anti').count()
                    )
        return found

    def failing_rows(self, table, order):
        checked = checked_frame(self._context, table, order, self._cells)
        with without_foreign_texts('trying a column order', file=self.file):
            row = checked.selectExpr(
                "count_if(_reason IN ('cast', 'row_check'))", "count_if(_reason IS NULL OR _reason <> 'header_row')"
            ).first()
        return row[0], row[1]

    def resolved(self, index, name, identifiers):
        known = identifiers.frame(name)
        if known is None:
            return None
        values = self._cells.selectExpr(f"lower(replace({self._text(index)}, '-', '')) AS id").where('id IS NOT NULL')
        with without_foreign_texts('looking at cells', file=self.file):
            marked = values.join(known.selectExpr('id', 'true AS found'), 'id', 'left')
            row = marked.selectExpr('count(1)', 'count(found)').first()
        return row[0], row[1]

    def filled_for(self, index, other, value):
        own, filled = f'coalesce(lower(trim(_c{other})) = {sql_text(value)}, false)', f'({self._text(index)}) IS NOT NULL'
        return self._counts(
            f'count_if({own})', f'count_if({own} AND {filled})', f'count_if(NOT {own})', f'count_if(NOT {own} AND {filled})'
        )

    def derived_differs(self, index, column, order):
        at = {one['name']: position for position, one in enumerate(order)}
        parts = [sql_text(part['text']) if 'text' in part else f'_c{at[part["column"]]}' for part in column['derived']]
        is_other = f"trim(_c{index}) <> '' AND _c{index} <> concat({', '.join(parts)}) AND lower(_c{index}) <> {sql_text(column['name'].lower())}"
        return self._counts(f'count_if({is_other})')[0]


def checked_frame(context, table, order, cells):
    """Cells with the typed columns of the table beside, and why a row is refused: `_reason` and `_offender` (ROW9, ROW10)."""
    casts, blank = context.catalogue.casts, context.catalogue.is_blank
    at = {column['name']: index for index, column in enumerate(order)}

    def delivered(column):
        cell = f'_c{at[column["name"]]}' if column['name'] in at and 'derived' not in column else 'CAST(NULL AS STRING)'
        return (
            f'({casts[column["type"]].replace("{cell}", cell)})'
            if cell.startswith('_c')
            else f'CAST(NULL AS {_spark_types[column["type"]]})'
        )

    typed = []
    for column in table.columns:
        value = delivered(column)
        if 'derived' in column:
            parts = [
                sql_text(part['text']) if 'text' in part else delivered(table.column(part['column']))
                for part in column['derived']
            ]
            value = f'concat({", ".join(parts)})'
        typed.append(f'{value} AS `{column["name"]}`')
    hits = [
        f'if(octet_length(_c{index}) = {len(column["name"])}, int(lower(_c{index}) = {sql_text(column["name"].lower())}), 0)'
        for index, column in enumerate(order)
    ]
    filled = [f'int(NOT {blank.replace("{cell}", f"_c{index}")})' for index in range(len(order))]
    frame = cells.selectExpr(*cells.columns, *typed, f'{" + ".join(hits)} AS _hits')
    groups = {'cast': [], 'key_empty': [(name, f'`{name}` IS NULL') for name in table.key], 'required_empty': [], 'row_check': []}
    for index, column in enumerate(order):
        if column['type'] != 'string' and 'derived' not in column and table.column(column['name']):
            groups['cast'].append((column['name'], f'`{column["name"]}` IS NULL AND NOT {blank.replace("{cell}", f"_c{index}")}'))
    for column in table.columns:
        if column['required'] and column['name'] not in table.key:
            groups['required_empty'].append((column['name'], f'`{column["name"]}` IS NULL'))
    for check in table.row_checks:
        groups['row_check'].append(
            (check['left'], f'NOT coalesce(`{check["left"]}` {check["operator"]} `{check["right"]}`, true)')
        )
    header = f'_hits > 0 AND _hits * 2 > {" + ".join(filled)}'
    cases = [f"WHEN {' OR '.join(f'({test})' for _, test in tests)} THEN '{reason}'" for reason, tests in groups.items() if tests]
    offenders = [f'WHEN {test} THEN {sql_text(name)}' for tests in groups.values() for name, test in tests]
    return frame.selectExpr(
        '*',
        f"CASE WHEN {header} THEN 'header_row' {' '.join(cases)} END AS _reason",
        f'CASE WHEN {header} THEN NULL {" ".join(offenders)} END AS _offender',
    )


def usual_columns(context, table, order, file):
    """Spark SQL of the table's columns for rows whose cells have the usual forms."""
    casts, expressions = context.catalogue.fast_casts, {}
    for index, column in enumerate(order):
        is_empty, is_plain = file.facts(index)
        if 'derived' in column or is_empty:
            continue
        as_it_is = column['type'] == 'string' and is_plain
        expressions[column['name']] = f'_c{index}' if as_it_is else casts[column['type']].replace('{cell}', f'_c{index}')
    nothing = 'CAST(NULL AS STRING)'
    for column in table.columns:
        if 'derived' in column:
            parts = [
                sql_text(part['text']) if 'text' in part else expressions.get(part['column'], nothing)
                for part in column['derived']
            ]
            expressions[column['name']] = f'concat({", ".join(parts)})'
    return expressions


def unusual_rows(table, order, file):
    """Spark SQL over cells and typed columns, true for rows that the full rules have to look at: all that they could refuse, and a few more."""
    tests = []
    for index, column in enumerate(order):
        name, is_empty = column['name'].lower(), file.facts(index)[0]
        if is_empty:
            continue
        tests.append(f'coalesce(octet_length(_c{index}) = {len(name)} AND lower(_c{index}) = {sql_text(name)}, false)')
        if column['type'] != 'string' and 'derived' not in column:
            tests.append(f'_c{index} IS NOT NULL AND `{column["name"]}` IS NULL')
    tests += [f'`{column["name"]}` IS NULL' for column in table.columns if column['required'] or column['name'] in table.key]
    tests += [f'NOT coalesce(`{check["left"]}` {check["operator"]} `{check["right"]}`, true)' for check in table.row_checks]
    return ' OR '.join(f'({test})' for test in tests) or 'false'


class SparkBatch:
    """A batch that Spark works on. Answers as DriverBatch does."""

    def __init__(self, context, batch):
        self._context, self.batch = context, batch
        self.files = [SparkFile(context, batch, file) for file in batch['files']]
        self.records = sum(file.records for file in self.files)
        self.readable = sum(file.readable for file in self.files)
        self.rejected = add_counts(*[file.rejected_counts() for file in self.files])
        self.widths = [file.width for file in self.files]

    def cells_of(self, file):
        return SparkCells(self._context, file)

    def ingested(self, width):
        return StagedRows(self._context, ingested_columns(width), [staged for file in self.files for staged in file.staged.files])

    def delivered_keys(self, positions, stored):
        frame = None
        for file in self.files:
            casts = [self._context.catalogue.casts['string'].replace('{cell}', f'_c{position}') for position in positions]
            keys = file.cells().selectExpr(*[f'{text} AS `{name}`' for text, name in zip(casts, stored)])
            frame = keys if frame is None else frame.unionByName(keys)
        return FrameRows([(name, 'string') for name in stored], frame, self.readable)

    def correct(self, table, orders):
        """Types, refuses and resolves keys (ROW9 to ROW11)."""
        corrected, context = CorrectedBatch(), self._context
        is_delete, columns = self.batch['kind'] == 'delete', list(table.types.items())
        checked, staged, refused = [], [], []
        for file in self.files:
            if not file.readable:
                continue
            order = orders[file.landed]
            ruled = table.for_delete(len(order)) if is_delete else table
            frame = self._checked(ruled, order, file, columns)
            with without_foreign_texts('typing rows', table=table.name, file=file.landed):
                files, unusual = self._type_usual_rows(ruled, order, file, columns)
                if unusual:
                    passing = frame.where('_reason IS NULL').select([name for name, _ in columns])
                    files = context.staging.write(passing, columns, self.batch['batch'], table.readable)
                if sum(one.rows for one in files) < file.readable:
                    found = frame.where('_reason IS NOT NULL')
                    counts = {(row[0], row[1]): row[2] for row in found.groupBy('_reason', '_offender').count().toLocalIterator()}
                    refuse_wrong_order(table, file.landed, file.readable, counts)
                    corrected.rejected = add_counts(
                        corrected.rejected, *[{reason: count} for (reason, _), count in counts.items()]
                    )
                    refused.append(
                        (file, found.selectExpr('_content AS content', '_reason AS reason', '_offender AS column_name'))
                    )
            staged += files
            checked.append((file, frame.where('_reason IS NULL')))
        corrected.rows = StagedRows(context, columns, staged)
        with without_foreign_texts('resolving keys', table=table.name):
            refused += self._resolve_keys(table, checked, corrected)
        corrected.rejected = add_counts(self.rejected, corrected.rejected)
        corrected.rejected_rows = self._rejected_rows(refused, sum(corrected.rejected.values()))
        return corrected

    def _checked(self, ruled, order, file, columns):
        """Rows of a file with typed columns, reasons and the hash of their content (ROW11)."""
        frame = checked_frame(self._context, ruled, order, file.cells())
        for name, kind in columns:
            if name not in frame.columns:
                frame = frame.withColumn(name, sql_functions.lit(None).cast(_spark_types[kind]))
        content = ', '.join(f"coalesce(_c{index}, '')" for index in range(file.width))
        return frame.withColumn('_content', sql_functions.expr(f"sha2(concat_ws('\\u001f', {content}), 256)"))

    def _type_usual_rows(self, ruled, order, file, columns):
        """
        Types rows whose cells have the usual forms, by a plan that is small enough for Java to compile well. Returns the staged
        files and how many rows have another form; with one of them the full rules have to do the work again.
        """
        expressions = usual_columns(self._context, ruled, order, file)
        cells = [f'_c{index}' for index in range(len(order)) if not file.facts(index)[0]]
        typed = file.cells().selectExpr(
            *cells, *[f'{expressions.get(name, f"CAST(NULL AS {_spark_types[kind]})")} AS `{name}`' for name, kind in columns]
        )
        seen, names = Observation(), [f'`{name}`' for name, _ in columns]
        marked = typed.selectExpr(*names, f'{unusual_rows(ruled, order, file)} AS _unusual')
        watched = marked.observe(seen, sql_functions.expr('count_if(_unusual)').alias('unusual')).drop('_unusual')
        files = self._context.staging.write(watched, columns, self.batch['batch'], ruled.readable)
        unusual = seen.get['unusual']
        if unusual:
            self._context.store.remove([one.staged for one in files])
        return files, unusual

    def _resolve_keys(self, table, checked, corrected):
        """Equal rows of a key are duplicates; of different ones the smallest content hash stays (ROW11)."""
        context, rows, key = self._context, corrected.rows, table.key
        names = ', '.join(f'`{name}`' for name in key)
        keys = rows.select(key).frame(context)
        if rows.count < 2 or keys.selectExpr(f'xxhash64({names}) AS hash').distinct().count() == rows.count:
            return []
        twins = keys.groupBy(*key).count().where('count > 1').select(*key)
        every = None
        for at, (_, frame) in enumerate(checked):
            some = (
                frame.join(sql_functions.broadcast(twins), key, 'left_semi')
                .withColumn('_at', sql_functions.lit(at))
                .select(*table.names, '_content', '_at')
            )
            every = some if every is None else every.unionByName(some)
        by_key = f'OVER (PARTITION BY {names} ORDER BY _content)'
        ranked = every.selectExpr(
            '*', f'row_number() {by_key} AS _rank', f'first(_content) {by_key} AS _winner'
        ).localCheckpoint()
        losers = ranked.where('_rank > 1')
        counts = losers.selectExpr('count_if(_content = _winner)', 'count_if(_content <> _winner)').first()
        if counts[0] + counts[1] == 0:
            return []
        corrected.duplicates = counts[0]
        corrected.rejected = add_counts(corrected.rejected, {'key_conflict': counts[1]} if counts[1] else {})
        single = rows.frame(context).join(sql_functions.broadcast(twins), key, 'left_anti').select(table.names)
        kept = single.unionByName(ranked.where('_rank = 1').select(table.names))
        files = context.staging.write(kept, rows.columns, self.batch['batch'], table.readable)
        rows.discard()
        corrected.rows = StagedRows(context, rows.columns, files)
        conflicts = losers.where('_content <> _winner')
        reason = ["'key_conflict' AS reason", f'{sql_text(key[0])} AS column_name']
        return [
            (file, conflicts.where(f'_at = {at}').selectExpr('_content AS content', *reason))
            for at, (file, _) in enumerate(checked)
        ]

    def _rejected_rows(self, refused, count):
        if count == 0:
            return ColumnRows(rejected_columns, [[] for _ in rejected_columns], 0)
        parts = [(file, file.unread()) for file in self.files] + [(file, file.located(wanted)) for file, wanted in refused]
        every, batch = None, self.batch
        for file, frame in parts:
            if frame is not None:
                marks = [
                    f'{sql_text(file.landed)} AS file',
                    f"TIMESTAMP '{batch['rundate']} UTC' AS rundate",
                    f'{batch["batch"]}L AS _batch',
                ]
                some = frame.selectExpr('*', *marks).select([name for name, _ in rejected_columns])
                every = some if every is None else every.unionByName(some)
        with without_foreign_texts('keeping rejected rows', table=batch['table']):
            files = self._context.staging.write(
                every.coalesce(1).sortWithinPartitions('file', 'line'), rejected_columns, batch['batch'], ('_batch',)
            )
        return StagedRows(self._context, rejected_columns, files)
