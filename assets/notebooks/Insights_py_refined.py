# Part of Insights_py: what a batch does to Refined, general and sensitive (lake-format.md §5).

# %%
def refine_batch(context, table, batch, rows, mode, touches_history=True):
    """Renders and commits general and sensitive for one batch. Tables that have the batch already are left as they are."""
    for stage, shape in table.refined.items():
        target = context.table(table.name, stage)
        if target.exists and target.last_batch >= batch['batch']:
            continue
        _refine_change(context, table, batch, rows, mode, stage, shape, target, touches_history).commit(context)


def _refine_change(context, table, batch, rows, mode, stage, shape, target, touches_history):
    number, statistics = batch['batch'], [column['name'] for column in shape['columns'] if column['statistics']]
    rendered = render(context, shape, rows)
    if mode == 'merge':
        # Keys that were not in Corrected before this batch are not in Refined either: no need to look.
        touched = None if touches_history and rows.count else []
        merge = merge_rows(
            context,
            target,
            rendered,
            shape['key'],
            number,
            statistics,
            lambda: rendered.stage(context, number, statistics, shape['orderedBy']),
            False,
            touched,
        )
        counts = {
            'in': rows.count,
            'written': merge.written,
            'superseded': merge.left,
            'total': target.rows - merge.left + merge.written,
        }
        return StagedChange(target, merge.adds, merge.removes, context.ledger(batch, stage, counts), shape['schema'], 'MERGE')
    kept = _kept_rows(context, shape, batch, rendered, target) if shape['keeps'] and target.files else None
    kept_count = 0 if kept is None else kept.count()
    if kept_count:
        everything = rendered.frame(context).select(kept.columns).unionByName(kept).coalesce(1)
        rendered = FrameRows(rendered.columns, everything, rows.count + kept_count)
    counts = {
        'in': rows.count,
        'written': rows.count,
        'superseded': target.rows - kept_count,
        'kept': kept_count,
        'total': rows.count + kept_count,
    }
    staged = rendered.stage(context, number, statistics, shape['orderedBy'])
    return StagedChange(
        target, staged, list(target.files.values()), context.ledger(batch, stage, counts), shape['schema'], 'WRITE'
    )


def render(context, shape, rows):
    """Rows of Corrected as rows of a refined table."""
    columns = [(column['name'], column['type']) for column in shape['columns']] + (
        list(history_columns) if shape['history'] else []
    )
    if isinstance(rows, ColumnRows):
        sources = {name: values for (name, _), values in zip(rows.columns, rows.values)}
        values = [context.treatments.column(column, sources[column['source']]) for column in shape['columns']]
        if shape['history']:
            values += [[True] * rows.count, [None] * rows.count]
        return ColumnRows(columns, values, rows.count)
    expressions = [f'{column["sql"]} AS `{column["name"]}`' for column in shape['columns']]
    if shape['history']:
        expressions += ['true AS IsCurrent', 'CAST(NULL AS TIMESTAMP) AS GoneSince']
    needs_salt = any(column['making']['kind'] in ('hash', 'hmac') for column in shape['columns'])
    frame = rows.frame(context)
    return FrameRows(columns, (frame.crossJoin(context.salt_row()) if needs_salt else frame).selectExpr(*expressions), rows.count)


def _kept_rows(context, shape, batch, rendered, target):
    """Rows of a structure table that are no longer in the source stay, marked; a lookup keeps what its general keeps (ROW15)."""
    former = table_frame(context, rendered.columns, target.urls())
    kept = former.join(rendered.select(shape['key']).frame(context), shape['key'], 'left_anti').select(former.columns)
    if not shape['history']:
        return kept
    since = sql_functions.coalesce(sql_functions.col('GoneSince'), sql_functions.lit(f'{batch["rundate"]} UTC').cast('timestamp'))
    return kept.withColumn('GoneSince', since).withColumn('IsCurrent', sql_functions.lit(False))
