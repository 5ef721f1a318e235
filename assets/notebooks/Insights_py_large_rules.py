# Part of Insights_py: what the rules ask and say of rows in Spark (ROW7 to ROW10).

# %%
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
