# Part of Insights_py: rows on their way into a table, on the driver or in Spark, and changes of a table by key.

# %%
from pyspark.sql import functions as sql_functions

_spark_types = {
    'string': 'string',
    'timestamp': 'timestamp',
    'date': 'date',
    'boolean': 'boolean',
    'integer': 'int',
    'short': 'smallint',
    'long': 'bigint',
    'double': 'double',
    'binary': 'binary',
    'string[]': 'array<string>',
}
_delta_types = {'string[]': {'type': 'array', 'elementType': 'string', 'containsNull': True}}
# Nothing of these two is personal, and the engines look for them.
ingested_statistics = ('rundate', '_batch')
rejected_columns = (
    ('reason', 'string'),
    ('column_name', 'string'),
    ('file', 'string'),
    ('line', 'long'),
    ('line_count', 'long'),
    ('cells', 'string[]'),
    ('raw', 'binary'),
    ('rundate', 'timestamp'),
    ('_batch', 'long'),
)
history_columns = (('IsCurrent', 'boolean'), ('GoneSince', 'timestamp'))


def delta_schema(columns):
    """The `schemaString` of a table, spelled as the embedded engine spells it: equal schemas are equal texts."""
    fields = [{'name': name, 'type': _delta_types.get(kind, kind), 'nullable': True, 'metadata': {}} for name, kind in columns]
    return json.dumps({'type': 'struct', 'fields': fields}, separators=(',', ':'), ensure_ascii=False)


def spark_schema(columns):
    return ', '.join(f'`{name}` {_spark_types[kind]}' for name, kind in columns)


def rundate_micros(rundate):
    moment = datetime.fromisoformat(rundate).replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1_000_000


class ColumnRows:
    """Rows on the driver: a list of values for each column."""

    def __init__(self, columns, values, count):
        self.columns, self.values, self.count = list(columns), values, count

    def stage(self, context, batch, statistics=(), order=None, prefix='part'):
        """Files for a table; none for no rows."""
        if self.count == 0:
            return []
        values = self.values
        if order is not None:
            at = [name for name, _ in self.columns].index(order)
            ranks = sorted(range(self.count), key=lambda row: values[at][row] or '')
            values = [[column[row] for row in ranks] for column in values]
        content = parquet_bytes(self.columns, values)
        described = [(name, kind, column) for (name, kind), column in zip(self.columns, values) if name in statistics]
        stats = file_statistics(self.count, described)
        return [DataFile(data_file_name(batch, prefix), len(content), stats, content=content)]

    def frame(self, context):
        """The same rows in Spark, through a file: as literals they would stand in a plan (PRIV3)."""
        path = f'{context.staging.folder}/{uuid.uuid4()}.parquet'
        context.store.write(path, parquet_bytes(self.columns, self.values))
        return context.spark.read.schema(spark_schema(self.columns)).parquet(context.store.url(path))

    def select(self, names):
        chosen = [index for index, (name, _) in enumerate(self.columns) if name in names]
        return ColumnRows([self.columns[index] for index in chosen], [self.values[index] for index in chosen], self.count)


class FrameRows:
    """Rows in Spark. `count` is known once they were written."""

    def __init__(self, columns, frame, count):
        self.columns, self._frame, self.count = list(columns), frame, count

    def stage(self, context, batch, statistics=(), order=None, prefix='part'):
        frame = self._frame.select([name for name, _ in self.columns])
        if order is not None:
            # As good as one order over all files to hide that of delivery, and a pass over the rows less.
            frame = frame.repartition(order).sortWithinPartitions(order)
        return context.staging.write(frame, self.columns, batch, statistics, prefix)

    def frame(self, context):
        return self._frame

    def select(self, names):
        chosen = [column for column in self.columns if column[0] in names]
        return FrameRows(chosen, self._frame.select([name for name, _ in chosen]), self.count)


class Staging:
    """Files that Spark has written and no table has yet."""

    def __init__(self, store, spark, paths, run_id):
        self._store, self._spark = store, spark
        self.folder = f'{paths.staging}/{run_id}'

    def write(self, frame, columns, batch, statistics, prefix='part', partitions=(), with_facts=False):
        """Writes a frame and describes its files as a log does, from what parquet itself counted: no row is read again."""
        folder = f'{self.folder}/{uuid.uuid4()}'
        with without_foreign_texts('writing rows'):
            frame.write.partitionBy(*partitions).parquet(self._store.url(folder))
        files = []
        for file in self._store.list(folder):
            if not file.name.endswith('.parquet'):
                continue
            facts = self._footer_facts(file.path, None if with_facts else statistics)
            stats = _stated_facts(facts, [(name, kind) for name, kind in columns if name in statistics])
            if stats['numRecords'] > 0:
                # `year=2024/month=3`: the folders of a partition, which are its values too.
                place = file.path[len(folder) + 1 :].rpartition('/')[0]
                values = dict(part.split('=', 1) for part in place.split('/')) if place else {}
                name = f'{place}/{data_file_name(batch, prefix)}' if place else data_file_name(batch, prefix)
                files.append(DataFile(name, file.bytes, stats, partition_values=values, staged=file.path))
                files[-1].facts = facts
        return files

    def _footer_facts(self, path, wanted):
        """Rows, and for each wanted column (all for None) its minimum, maximum and number of nulls, as parquet keeps them."""
        jvm = self._spark._jvm
        location = jvm.org.apache.hadoop.fs.Path(self._store.url(path))
        source = jvm.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(location, self._spark._jsc.hadoopConfiguration())
        reader = jvm.org.apache.parquet.hadoop.ParquetFileReader.open(source)
        try:
            blocks = list(reader.getFooter().getBlocks())
        finally:
            reader.close()
        facts = {None: sum(block.getRowCount() for block in blocks)}
        for block in blocks:
            for chunk in block.getColumns():
                name = chunk.getPath().toDotString()
                if wanted is None or name in wanted:
                    values, nulls = facts.get(name, ([], 0))
                    found = chunk.getStatistics()
                    if found.hasNonNullValue():
                        values = values + [_footer_value(found.genericGetMin()), _footer_value(found.genericGetMax())]
                    facts[name] = values, nulls + found.getNumNulls()
        return facts

    def clear(self):
        self._store.remove_folder(self.folder)


def _stated_facts(facts, described):
    """Statistics of a file as Delta's log states them."""
    stats = {'numRecords': facts[None], 'minValues': {}, 'maxValues': {}, 'nullCount': {}}
    for name, kind in described:
        if name in facts:
            values, stats['nullCount'][name] = facts[name]
            low, high, _ = column_statistics(kind, values)
            if low is not None:
                stats['minValues'][name], stats['maxValues'][name] = low, high
    return stats


def _footer_value(value):
    return value.toStringUsingUTF8() if hasattr(value, 'toStringUsingUTF8') else value


def table_frame(context, columns, urls):
    """Data files as a frame with these columns; those that older files lack are null, and no files are no rows."""
    if not urls:
        return context.spark.createDataFrame([], spark_schema(columns))
    return context.spark.read.schema(spark_schema(columns)).parquet(*urls)


# %% [markdown]
# ## Changes by key
#
# Only files that hold a key of the incoming rows are written again; of the others only the key is read (ROW14).


# %%
class KeyChange:
    """What a batch does to a table that keeps its other rows."""

    def __init__(self, adds, removes, left, written=0, duplicates=0, rows=None):
        self.adds, self.removes, self.left, self.written, self.duplicates, self.rows = (
            adds,
            removes,
            left,
            written,
            duplicates,
            rows,
        )


def key_tuples(rows, key):
    """The keys of rows that are on the driver."""
    values = dict(zip([name for name, _ in rows.columns], rows.values))
    return set(zip(*[values[name] for name in key]))


def files_with_keys(context, target, key, rows):
    """
    Files of the table that hold a key of `rows`. Of files that this run has written from the driver the keys are known; of
    all others the key's columns are read.
    """
    keys = key_tuples(rows, key) if isinstance(rows, ColumnRows) else None
    touched, unknown = [], []
    for file in target.files.values():
        known = context.keys_of_file.get(file.name) if keys is not None else None
        if known is None:
            unknown.append(file)
        elif not keys.isdisjoint(known):
            touched.append(file)
    if not unknown:
        return touched
    with without_foreign_texts('looking for keys that are there already', path=target.path):
        incoming = sql_functions.broadcast(rows.select(key).frame(context))
        stored = table_frame(context, [(name, 'string') for name in key], target.urls(unknown)).withColumn(
            '_path', sql_functions.input_file_name()
        )
        found = {
            row[0].rsplit('/', 1)[-1]
            for row in stored.join(incoming, key, 'left_semi').select('_path').distinct().toLocalIterator()
        }
    return touched + [file for file in unknown if urllib.parse.quote(file.name.rsplit('/', 1)[-1]) in found]


def take_out(context, target, touched, columns, key, incoming, batch, statistics):
    """The touched files without the rows whose keys are incoming."""
    adds, removes, left = [], [], 0
    keys = sql_functions.broadcast(incoming.select(key).distinct())
    for file in touched:
        rest = table_frame(context, columns, target.urls([file])).join(keys, key, 'left_anti')
        staged = context.staging.write(rest.coalesce(1).select([name for name, _ in columns]), columns, batch, statistics, 'rest')
        gone = file.rows - sum(one.rows for one in staged)
        if gone:
            left += gone
            removes.append(file)
            adds += staged
    return KeyChange(adds, removes, left)


def merge_rows(context, target, rows, key, batch, statistics, staged, find_duplicates, touched=None):
    """
    Adds rows with unique keys; rows of the table with one of their keys leave it, unless they are equal, in which case the
    incoming row is a duplicate (ROW14: the last arrival wins).
    """
    touched = files_with_keys(context, target, key, rows) if touched is None else touched
    if not touched:
        return KeyChange(staged(), [], 0, rows.count, 0, rows)
    names = [name for name, _ in rows.columns]
    incoming, duplicates, adds = rows.frame(context), 0, None
    if find_duplicates:
        older = table_frame(context, rows.columns, target.urls(touched))
        keys = sql_functions.broadcast(incoming.select(key))
        fresh = incoming.select(names).exceptAll(older.join(keys, key, 'left_semi').select(names))
        adds = context.staging.write(fresh.coalesce(2), rows.columns, batch, statistics)
        fresh_rows = sum(file.rows for file in adds)
        duplicates = rows.count - fresh_rows
        if duplicates:
            incoming = table_frame(context, rows.columns, [context.store.url(file.staged) for file in adds])
            rows = FrameRows(rows.columns, incoming, fresh_rows)
    rest = take_out(context, target, touched, rows.columns, key, incoming, batch, statistics)
    added = staged() if adds is None else adds
    # Written rows are read from the table's own files after the commit: these move.
    kept = None if adds is not None else rows
    return KeyChange(rest.adds + added, rest.removes, rest.left, rows.count, duplicates, kept)


def remove_keys(context, target, columns, key, rows, batch, statistics):
    """Takes the rows with the keys of `rows` out of a table."""
    touched = files_with_keys(context, target, key, rows)
    return (
        take_out(context, target, touched, columns, key, rows.select(key).frame(context), batch, statistics)
        if touched
        else KeyChange([], [], 0)
    )
