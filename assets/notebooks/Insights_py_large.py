# Part of Insights_py: batches that Spark works on: typed, refused and with unique keys (lake-rules.md §2).

# %%
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
            checked.append((file, frame))
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
                .select(*table.names, '_content', '_at', '_reason')
            )
            every = some if every is None else every.unionByName(some)
        # Kept before the refused ones are left out: the plan would else apply all rules to every row, to find a few.
        every = every.localCheckpoint().where('_reason IS NULL').drop('_reason')
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
