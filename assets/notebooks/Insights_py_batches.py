# Part of Insights_py: batches that the driver works on alone: typed, refused and with unique keys (lake-rules.md §2).

# %%
class DriverCells:
    """What settling columns asks of a file's cells, for a file that is on the driver."""

    def __init__(self, raw, blanks):
        self._raw, self._blanks = raw, blanks
        self.rows, self.width, self.file = raw.readable, raw.width, raw.landed
        self._counts = {}

    def _values(self, index):
        """Distinct cells that are not blank, with their number of rows."""
        if index not in self._counts:
            counts = {}
            for cell in self._raw.columns[index]:
                counts[cell] = counts.get(cell, 0) + 1
            counts.pop(None, None)
            self._counts[index] = {cell: count for cell, count in counts.items() if cell.strip(self._blanks)}
        return self._counts[index]

    def _normalised(self, index, without=None):
        pairs = {}
        for cell, count in self._values(index).items():
            if cell.lower() != without:
                rows, spellings = pairs.get(normalised(cell), (0, 0))
                pairs[normalised(cell)] = rows + count, spellings + 1
        return pairs

    def unknown_values(self, columns, identifiers):
        """Distinct values that are not known, by position; a column of references is left out where there are none."""
        found = {}
        for index, column in columns:
            name, enumeration = column['name'].lower(), column['enumeration']
            if 'values' in enumeration:
                known = {value.lower() for value in enumeration['values']} | {name}
                found[index] = sum(cell.lower() not in known for cell in self._values(index))
                continue
            asked = self._normalised(index, name)
            resolved = identifiers.resolved(enumeration['reference'], asked)
            if resolved is not None:
                found[index] = sum(spellings for _, spellings in asked.values()) - resolved[1]
        return found

    def failing_rows(self, table, order):
        checked = CheckedRows(table, order, self._raw, self._blanks)
        reasons = [reason for reason, _ in checked.refused.values()]
        return sum(reason in ('cast', 'row_check') for reason in reasons), self.rows - reasons.count('header_row')

    def resolved(self, index, name, identifiers):
        asked = self._normalised(index)
        found = identifiers.resolved(name, asked)
        return None if found is None else (sum(rows for rows, _ in asked.values()), found[0])

    def filled_for(self, index, other, value):
        own = own_filled = others = others_filled = 0
        for mark, cell in zip(self._raw.columns[other], self._raw.columns[index]):
            is_filled = cell is not None and cell.strip(self._blanks) != ''
            if mark is not None and mark.strip(' ').lower() == value:
                own, own_filled = own + 1, own_filled + is_filled
            else:
                others, others_filled = others + 1, others_filled + is_filled
        return own, own_filled, others, others_filled

    def derived_differs(self, index, column, order):
        """Rows whose delivered value is neither empty nor the derived one (ROW18)."""
        at = {one['name']: position for position, one in enumerate(order)}
        parts = [self._raw.columns[at[part['column']]] if 'column' in part else None for part in column['derived']]
        differing = 0
        for row, cell in enumerate(self._raw.columns[index]):
            if cell is None or cell.strip(' ') == '' or cell.lower() == column['name'].lower():
                continue
            texts = [given['text'] if part is None else part[row] for part, given in zip(parts, column['derived'])]
            differing += None not in texts and cell != ''.join(texts)
        return differing


class CheckedRows:
    """One file under one column order: typed columns, and for each row that the rules refuse why, and which column."""

    def __init__(self, table, order, raw, blanks):
        self.table, self.order, self.raw = table, order, raw
        self._blanks = blanks
        self.typed, self._failing = {}, []
        self._type_columns()
        self.refused = {}
        self._find_header_rows()
        self._apply_rules()

    def _type_columns(self):
        at = {column['name']: index for index, column in enumerate(self.order)}
        for column in self.table.columns:
            name = column['name']
            if 'derived' in column:
                continue
            if name in at:
                self.typed[name] = self._typed(column, self.raw.columns[at[name]])
            else:
                self.typed[name] = [None] * self.raw.readable
        for column in self.table.columns:
            if 'derived' in column:
                parts = [
                    self.typed[part['column']] if 'column' in part else [part['text']] * self.raw.readable
                    for part in column['derived']
                ]
                self.typed[column['name']] = [None if None in texts else ''.join(texts) for texts in zip(*parts)]

    def _typed(self, column, cells):
        kind, blanks, distinct = column['type'], self._blanks, set(cells)
        distinct.discard(None)
        if kind == 'string':
            blank = {cell for cell in distinct if not cell.strip(blanks)}
            return [None if cell in blank else cell for cell in cells] if blank else cells
        values = {cell: cast_cell(kind, cell, blanks) for cell in distinct}
        failing = {cell for cell, value in values.items() if value is None and cell.strip(blanks)}
        if failing:
            self._failing.append((column['name'], [row for row, cell in enumerate(cells) if cell in failing]))
        values[None] = None
        return [values[cell] for cell in cells]

    def _find_header_rows(self):
        """More than half of the cells that are not empty equal their column's name, case ignored (ROW10)."""
        hits = {}
        for column, cells in zip(self.order, self.raw.columns):
            name = column['name'].lower()
            matching = {cell for cell in set(cells) if cell is not None and len(cell) == len(name) and cell.lower() == name}
            if matching:
                for row, cell in enumerate(cells):
                    if cell in matching:
                        hits[row] = hits.get(row, 0) + 1
        for row, count in hits.items():
            filled = sum(cells[row] is not None and cells[row].strip(self._blanks) != '' for cells in self.raw.columns)
            if count * 2 > filled:
                self.refused[row] = 'header_row', None

    def _apply_rules(self):
        for name, rows in self._failing:
            self._refuse('cast', name, rows)
        required = [
            column['name'] for column in self.table.columns if column['required'] and column['name'] not in self.table.key
        ]
        for reason, names in (('key_empty', self.table.key), ('required_empty', required)):
            for name in names:
                if None in self.typed[name]:
                    self._refuse(reason, name, [row for row, value in enumerate(self.typed[name]) if value is None])
        for check in self.table.row_checks:
            pairs = zip(self.typed[check['left']], self.typed[check['right']])
            is_strict = check['operator'] == '<'
            broken = [
                row
                for row, (left, right) in enumerate(pairs)
                if None not in (left, right) and (left > right or is_strict and left == right)
            ]
            self._refuse('row_check', check['left'], broken)

    def _refuse(self, reason, name, rows):
        for row in rows:
            self.refused.setdefault(row, (reason, name))

    def content(self, row):
        return content_hash([cells[row] for cells in self.raw.columns])


class CorrectedBatch:
    """A batch as typed rows with unique keys, and what became of the others."""

    def __init__(self):
        self.rows, self.duplicates, self.rejected, self.rejected_rows = None, 0, {}, None
        self.messages, self.columns, self.failure = [], [], None


class DriverBatch:
    """A batch small enough for the driver: no Spark job reads, types or writes it."""

    def __init__(self, context, batch):
        self._context, self.batch = context, batch
        self.files = context.driver_files(batch)
        self.records = sum(file.records for file in self.files)
        self.readable = sum(file.readable for file in self.files)
        self.rejected = add_counts(*[file.rejected_counts() for file in self.files])

    @property
    def widths(self):
        return [file.width for file in self.files]

    def cells_of(self, file):
        return DriverCells(file, self._context.catalogue.blanks)

    def ingested(self, width):
        """The rows of Ingested: cells as delivered, then the batch columns (lake-format.md §1)."""
        values = [[] for _ in range(width)]
        for file in self.files:
            for index in range(width):
                values[index] += file.columns[index] if index < len(file.columns) else [None] * file.readable
        landed = [file.landed for file in self.files for _ in range(file.readable)]
        values += [[rundate_micros(self.batch['rundate'])] * self.readable, [self.batch['batch']] * self.readable, landed]
        return ColumnRows(ingested_columns(width), values, self.readable)

    def delivered_keys(self, positions, stored):
        """The key's cells of all rows under the names that Ingested has for them; blank cells are null."""
        blanks, values = self._context.catalogue.blanks, []
        for position in positions:
            cells = [cell for file in self.files for cell in (file.columns[position] if file.readable else [])]
            values.append([None if cell is None or not cell.strip(blanks) else cell for cell in cells])
        return ColumnRows([(name, 'string') for name in stored], values, self.readable)

    def correct(self, table, orders):
        """Types, refuses and resolves keys (ROW9 to ROW11). `orders` has the settled order of each file with rows."""
        corrected = CorrectedBatch()
        blanks, is_delete = self._context.catalogue.blanks, self.batch['kind'] == 'delete'
        checked = []
        for file in self.files:
            if file.readable:
                ruled = table.for_delete(len(orders[file.landed])) if is_delete else table
                checked.append(CheckedRows(ruled, orders[file.landed], file, blanks))
        for one in checked:
            refuse_wrong_order(table, one.raw.landed, one.raw.readable, count_reasons(one.refused.values()))
        losers = self._resolve_keys(table, checked, corrected)
        self._collect(table, checked, losers, corrected)
        return corrected

    def _resolve_keys(self, table, checked, corrected):
        """Rows that give way to another row of their key, by file: of different ones the smallest content hash stays."""
        seen, twins, losers = {}, {}, [{} for _ in checked]
        for at, one in enumerate(checked):
            keys = zip(*[one.typed[name] for name in table.key])
            for row, key in enumerate(keys):
                if row in one.refused:
                    continue
                if key in seen:
                    twins.setdefault(key, [seen[key]]).append((at, row))
                else:
                    seen[key] = at, row
        for places in twins.values():
            ranked = sorted((checked[at].content(row), at, row) for at, row in places)
            for content, at, row in ranked[1:]:
                if content == ranked[0][0]:
                    losers[at][row] = None
                    corrected.duplicates += 1
                else:
                    losers[at][row] = 'key_conflict', table.key[0]
        return losers

    def _collect(self, table, checked, losers, corrected):
        values, count, rejects = {name: [] for name in table.names}, 0, []
        for one, lost in zip(checked, losers):
            left_out = one.refused.keys() | lost.keys()
            kept = None if not left_out else [row for row in range(one.raw.readable) if row not in left_out]
            count += one.raw.readable if kept is None else len(kept)
            for name in table.names:
                column = one.typed.get(name) or [None] * one.raw.readable
                values[name].append(column if kept is None else [column[row] for row in kept])
            refused = {**one.refused, **{row: why for row, why in lost.items() if why is not None}}
            rejects += [(reason, name, one.raw.landed, one.raw.good[row]) for row, (reason, name) in refused.items()]
        merged = [parts[0] if len(parts) == 1 else [value for part in parts for value in part] for parts in values.values()]
        corrected.rows = ColumnRows(list(table.types.items()), merged, count)
        corrected.rejected = add_counts(self.rejected, count_reasons(reason for reason, *_ in rejects))
        unread = [(record.problem or 'width', None, file.landed, record) for file in self.files for record in file.rejects]
        corrected.rejected_rows = self._rejected_rows(unread + rejects)

    def _rejected_rows(self, rejects):
        rejects.sort(key=lambda reject: (reject[2], reject[3].line))
        records = [record for *_, record in rejects]
        values = [
            [reason for reason, *_ in rejects],
            [name for _, name, *_ in rejects],
            [file for _, _, file, _ in rejects],
            [record.line for record in records],
            [record.line_count for record in records],
            [record.cells for record in records],
            [raw_bytes(record) for record in records],
            [rundate_micros(self.batch['rundate'])] * len(records),
            [self.batch['batch']] * len(records),
        ]
        return ColumnRows(rejected_columns, values, len(records))


def ingested_columns(width):
    return [(f'_c{index}', 'string') for index in range(width)] + [
        ('rundate', 'timestamp'),
        ('_batch', 'long'),
        ('_file', 'string'),
    ]


def add_counts(*counts):
    total = {}
    for one in counts:
        for reason, count in one.items():
            total[reason] = total.get(reason, 0) + count
    return total


def count_reasons(reasons):
    return add_counts(*({reason: 1} for reason in reasons))


def refuse_wrong_order(table, file, rows, refused):
    """
    Raises when so many rows do not cast or break a row check that the order of a sole candidate is not believed (ROW7).
    `refused` has the number of rows by reason and column.
    """
    wrong = {column: count for (reason, column), count in refused.items() if reason in ('cast', 'row_check')}
    failing, base = sum(wrong.values()), rows - sum(count for (reason, _), count in refused.items() if reason == 'header_row')
    if failing > _failing_share * base and (failing > 10 or failing == base) and base > 0:
        column = min(wrong, key=lambda name: (-wrong[name], name))
        message = f'The data does not bear out the column order: {failing} of {base} rows do not cast or break a row check.'
        raise InsightsError('COLUMNS_NOT_BORNE_OUT', message, table=table.name, file=file, column=column)
