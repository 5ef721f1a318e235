# Part of Insights_py: what a changed catalogue does to a lake that was made with another.

# %% [markdown]
# ## A changed catalogue
#
# New trailing columns are taken in; other treatments, keys or another salt are refused: the embedded engine rebuilds.

# %%
class CatalogueChange:
    def __init__(self, kind, tables=(), reasons=(), has_new_salt=False):
        self.kind, self.tables, self.reasons, self.has_new_salt = kind, tables, reasons, has_new_salt


def catalogue_event(catalogue, salt_fingerprint):
    tables = {
        name: {
            'columns': [[column['name'], column['type'], column['treatment']] for column in table.columns],
            'key': table.key,
            'whenGone': table.when_gone,
        }
        for name, table in catalogue.tables.items()
    }
    return {
        'event': 'catalogue',
        'profile': catalogue.profile,
        'fingerprint': catalogue.fingerprint,
        'saltFingerprint': salt_fingerprint,
        'tables': tables,
    }


def compare_catalogues(before, now):
    if before is None:
        return CatalogueChange('first')
    moved, treated, extended = [], [], []
    for name, former in before['tables'].items():
        present = now['tables'].get(name)
        if present is None:
            moved.append(f'table {name} is gone')
            continue
        for index, (column, kind, treatment) in enumerate(former['columns']):
            other = present['columns'][index] if index < len(present['columns']) else [None, None, None]
            if other[0] != column:
                moved.append(f'{name}.{column} is not column {index + 1} any more')
            elif other[1] != kind:
                moved.append(f'{name}.{column} was {kind} and is {other[1]}')
            elif other[2] != treatment:
                treated.append(f'{name}.{column} was {treatment} and is {other[2]}')
        if former['key'] != present['key']:
            moved.append(f'{name} has another key')
        if former['whenGone'] != present['whenGone']:
            treated.append(f'{name}: rows that left were {former["whenGone"]}, now {present["whenGone"]}')
        if len(present['columns']) > len(former['columns']):
            extended.append(name)
    extended += [name for name in now['tables'] if name not in before['tables']]
    if moved:
        return CatalogueChange('corrected', reasons=moved)
    has_new_salt = before['saltFingerprint'] != now['saltFingerprint']
    if before['profile'] != now['profile']:
        treated.insert(0, f'the profile was {before["profile"]} and is {now["profile"]}')
    if has_new_salt:
        treated.insert(0, 'the salt is another one')
    if treated:
        return CatalogueChange('refined', reasons=treated, has_new_salt=has_new_salt)
    if extended:
        return CatalogueChange('extended', extended)
    # Only what rows to come are judged by may differ, such as the known words of a column: nothing that is there changes.
    return CatalogueChange('none' if before['fingerprint'] == now['fingerprint'] else 'rules')


def refuse_change(change):
    """Refuses a change that may not happen silently."""
    shown = '; '.join(change.reasons[:5]) + (f'; and {len(change.reasons) - 5} more' if len(change.reasons) > 5 else '')
    if change.kind == 'corrected':
        raise InsightsError('REBUILD_IMPOSSIBLE', f'The catalogue has changed: {shown}.')
    if change.kind == 'refined':
        raise InsightsError(
            'SALT_CHANGED' if change.has_new_salt else 'CATALOGUE_CHANGED', f'Refined was made otherwise: {shown}.'
        )


def extend_tables(context, names):
    """Brings the schemas of existing tables to a catalogue that has new columns at the end; old rows are null there."""
    for name in names:
        table = context.catalogue.tables[name]
        schemas = {'Ingested_Corrected': table.corrected, **{stage: shape['schema'] for stage, shape in table.refined.items()}}
        for stage, schema in schemas.items():
            target = context.table(name, stage)
            if target.exists and target.schema != schema:
                batch = {'batch': target.last_batch, 'table': name, 'rundate': context.started_at, 'kind': 'snapshot'}
                ledger = context.ledger(batch, stage, {'total': target.rows}, kind='catalogue')
                StagedChange(target, [], [], ledger, schema, 'WRITE', False).commit(context)


def metadata_hash(text):
    """SHA-256 of what a metadata file says: blank lines and comments say nothing."""
    lines = [line.strip() for line in text.lstrip('\ufeff').splitlines()]
    return hashlib.sha256('\n'.join(line for line in lines if line and not line.startswith('#')).encode()).hexdigest()
