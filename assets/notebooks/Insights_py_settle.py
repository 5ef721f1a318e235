# Part of Insights_py: which column each delivered cell is (ROW7, ROW8).

# %%
_failing_share = 0.05


class Identifiers:
    """
    Normalised keys of the tables that a unit's rows may refer to, each read once: as a snapshot delivers them, else as the lake
    has them. What is in the lake stays in Spark; only counts come back.
    """

    def __init__(self, context, unit, files_of):
        self._context, self._unit, self._files_of = context, unit, files_of
        self._known, self._lock = {}, threading.Lock()

    def of(self, name):
        """A list of sets and frames that together hold the keys; None where there are none."""
        with self._lock:
            if name not in self._known:
                self._known[name] = self._read(name)
            return self._known[name]

    def _read(self, name):
        table = self._context.catalogue.tables.get(name)
        if table is None or len(table.key) != 1:
            return None
        position, sources = table.names.index(table.key[0]), []
        delivered = (
            None if self._unit.kind == 'delete' else next((batch for batch in self._unit.batches if batch['table'] == name), None)
        )
        for file in self._files_of(delivered) if delivered else []:
            if file.width > position:
                sources.append(file.identifiers(position))
        if not sources or self._unit.kind != 'snapshot':
            corrected = self._context.table(name, 'Ingested_Corrected')
            if corrected.rows:
                stored = table_frame(self._context, [(table.key[0], 'string')], corrected.urls())
                sources.append(stored.selectExpr(f"lower(replace(`{table.key[0]}`, '-', '')) AS id").distinct())
        return sources or None

    def resolved(self, name, values):
        """
        Of `values`, normalised text to (rows, spellings), how many rows and spellings resolve. None where the table has no keys.
        """
        sources = self.of(name)
        if sources is None:
            return None
        sets = [source for source in sources if isinstance(source, (set, frozenset))]
        hits = {value for value in values if any(value in one for one in sets)}
        rows, spellings = (sum(values[value][at] for value in hits) for at in (0, 1))
        frames = [source for source in sources if not isinstance(source, (set, frozenset))]
        rest = {value: counts for value, counts in values.items() if value not in hits}
        if frames and rest:
            columns = [('id', 'string'), ('rows', 'long'), ('spellings', 'long')]
            asked = ColumnRows(
                columns, [list(rest), [one[0] for one in rest.values()], [one[1] for one in rest.values()]], len(rest)
            )
            everything = frames[0]
            for frame in frames[1:]:
                everything = everything.union(frame)
            with without_foreign_texts('comparing identifiers', table=name):
                found = (
                    asked.frame(self._context)
                    .join(everything.distinct(), 'id')
                    .selectExpr('coalesce(sum(rows), 0)', 'coalesce(sum(spellings), 0)')
                    .first()
                )
            rows, spellings = rows + found[0], spellings + found[1]
        return rows, spellings

    def frame(self, name):
        """The keys as a frame with one column `id`, for rows that are in Spark themselves; None where there are none."""
        sources = self.of(name)
        if sources is None:
            return None
        result = None
        for source in sources:
            if isinstance(source, (set, frozenset)):
                source = ColumnRows([('id', 'string')], [sorted(source)], len(source)).frame(self._context)
            result = source if result is None else result.union(source)
        return result.distinct()


def settle_columns(context, table, cells, own_columns, identifiers):
    """
    The column of each delivered cell, and warnings. `cells` answers questions about a file's cells, wherever they are.
    Raises COLUMNS_TOO_MANY, COLUMNS_TOO_FEW, COLUMNS_NOT_BORNE_OUT or COLUMNS_AMBIGUOUS, naming no cell.
    """
    place = {'table': table.name, 'file': cells.file}
    candidates = _candidates(table, cells.width, own_columns)
    if not candidates:
        declared, optional = len(table.columns), sum(column['optional'] for column in table.columns)
        if cells.width > declared:
            raise InsightsError(
                'COLUMNS_TOO_MANY',
                f'The rows have {cells.width} cells, the catalogue declares {declared} columns: nothing of the file is taken in.',
                **place,
            )
        raise InsightsError(
            'COLUMNS_TOO_FEW',
            f'The rows have {cells.width} cells; the catalogue declares {declared} columns, of which the last {optional} may be absent.',
            **place,
        )
    left, out = [], []
    for name, order in candidates:
        problem, messages = _unknown_values(table, cells, order, identifiers)
        if problem is None and len(candidates) > 1:
            problem = _failing_rows(table, cells, order)
        problem = problem or _shifted_cells(table, cells, order, identifiers)
        if problem is None:
            left.append((name, order, messages))
        else:
            out.append(f'{name}: {problem}')
    if not left:
        raise InsightsError('COLUMNS_NOT_BORNE_OUT', f'The data does not bear out the column order ({"; ".join(out)}).', **place)
    if len(left) == 1:
        return left[0][1], left[0][2]
    for index, (one, other) in enumerate(zip(left[0][1], left[1][1])):
        if _shown_as(one) != _shown_as(other):
            raise InsightsError(
                'COLUMNS_AMBIGUOUS',
                f"Catalogue and the drop's own schema both fit the data, and they differ in how much of cell {index + 1} may be read in general.",
                **place,
            )
    chosen = next((one for one in left if one[0] == context.settings['columnOrder']), left[0])
    text = f"Catalogue and the drop's own schema both fit the data; the {chosen[0]} was used."
    return chosen[1], [*chosen[2], {'severity': 'warning', 'code': 'ROW7', 'message': text, **place}]


def _candidates(table, width, own_columns):
    """Orders whose width fits: the catalogue's, less absent optional trailing columns, and the drop's own."""
    candidates = []
    if width <= len(table.columns) and all(column['optional'] for column in table.columns[width:]):
        candidates.append(('catalogue', table.columns[:width]))
    if own_columns is not None and len(own_columns) == width:
        by_name = {_spelled(column['name']): column for column in table.columns}
        order = [by_name.get(_spelled(name)) for name in own_columns]
        names = {column['name'] for column in order if column is not None}
        has_all = all(column['name'] in names for column in table.columns if column['required'])
        if None not in order and has_all and len(names) == len(order) and all(order != other for _, other in candidates):
            candidates.append(('schema', order))
    return candidates


def _spelled(name):
    """CDM spells `Meeting Duration` for MeetingDuration."""
    return re.sub(r'[\s_]', '', name).lower()


def _unknown_values(table, cells, order, identifiers):
    """Names are not roles: too many unknown distinct values in a column of known values disprove the order."""
    limit, messages = max(10, cells.rows / 10), []
    enumerated = [(index, column) for index, column in enumerate(order) if 'enumeration' in column]
    found = cells.unknown_values(enumerated, identifiers) if cells.rows and enumerated else {}
    for index, column in enumerated:
        unknown = found.get(index, 0)
        if unknown == 0:
            continue
        if unknown > limit:
            return f'{column["name"]} has {unknown} unknown values', []
        text = f'{unknown} values of {column["name"]} are not among the known ones.'
        messages.append(
            {
                'severity': 'warning',
                'code': 'ROW7',
                'message': text,
                'table': table.name,
                'file': cells.file,
                'column': column['name'],
            }
        )
    return None, messages


def _failing_rows(table, cells, order):
    failing, rows = cells.failing_rows(table, order)
    return f'{failing} of {rows} rows do not cast or break a row check' if failing > _failing_share * rows else None


def _shifted_cells(table, cells, order, identifiers):
    """Whether a file without its optional columns lacks another one instead: all later cells would be one place off (ROW8)."""
    names = {column['name'] for column in order}
    if cells.rows == 0 or all('derived' in column or column['name'] in names for column in table.columns):
        return None
    return (
        _unresolved_reference(table, cells, order, identifiers)
        or _foreign_identifiers(table, cells, order, identifiers)
        or _filled_for_others(cells, order)
    )


def _unresolved_reference(table, cells, order, identifiers):
    for reference in table.references:
        index = next((at for at, column in enumerate(order) if column['name'] == reference['column']), None)
        # A Ref… id that resolves nowhere is a warning only (ROW7).
        if reference['table'] == 'RefDefinition' or index is None:
            continue
        found = cells.resolved(index, reference['table'], identifiers)
        if found is not None and found[1] * 2 < found[0]:
            return f'{reference["column"]} refers to no {reference["table"]} in {found[0] - found[1]} of {found[0]} rows'
    return None


def _foreign_identifiers(table, cells, order, identifiers):
    for reference in table.references:
        domain = table.column(reference['column']).get('domain')
        for index, column in enumerate(order):
            is_other = column['name'] != reference['column'] and (domain is None or column.get('domain') != domain)
            if not is_other or column['type'] != 'string' or not column['readable']:
                continue
            found = cells.resolved(index, reference['table'], identifiers)
            if found is None:
                break
            if found[0] > 0 and found[1] * 2 > found[0]:
                return f'{column["name"]} holds keys of {reference["table"]} in {found[1]} of {found[0]} rows'
    return None


def _filled_for_others(cells, order):
    """A column that belongs to one value of another one, and is filled for the other values instead."""
    for index, column in enumerate(order):
        rule = column.get('filledFor')
        other = next((at for at, one in enumerate(order) if rule and one['name'] == rule['column']), None)
        if other is None:
            continue
        own, own_filled, others, others_filled = cells.filled_for(index, other, rule['value'].lower())
        if own > 0 and others > 0 and own_filled * others < others_filled * own:
            return f'{column["name"]} is filled for {own_filled} of {own} rows with {rule["column"]} {rule["value"]} and for {others_filled} of {others} others'
    return None


def _shown_as(column):
    """How much of the column's value general shows: all of it, less detail by a rule, or nothing."""
    if column['treatment'].startswith('generalise'):
        return column['treatment']
    return 'as it is' if column['readable'] else 'not at all'
