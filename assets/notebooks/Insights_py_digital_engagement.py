# Part of Insights_py: stage 3, OEA's Digital Engagement table (lake-format.md §6).

# %%
class EngagementEvents:
    """
    Brings `activity_events` to Refined/general/activity, in one commit. What changed is the difference of general's files since the
    batch that the events have, so that the cost follows what the batches touched, whichever engine wrote them.
    """

    def __init__(self, context):
        self._context, self._document = context, context.catalogue.engagement
        self._general = context.table('activity', 'general')
        self.table = DeltaTable(context.store, context.spark, context.paths.digital_engagement, 'activity/digital_engagement')
        self.stored = [
            (column['name'], column['type'])
            for column in self._document['columns']
            if column['name'] not in self._document['partitions']
        ]

    def follow(self):
        general, events = self._general, self.table
        if not general.exists or events.exists and events.last_batch >= general.last_batch:
            return
        with without_foreign_texts('following activity', table='activity'):
            adds, removes, written, superseded = self._changed() or self._everything()
        source = general.ledger_of(general.last_batch) or {'rundate': self._context.started_at}
        batch = {'batch': general.last_batch, 'table': 'activity', 'rundate': source['rundate'], 'kind': 'additive'}
        counts = {'in': written, 'written': written, 'superseded': superseded, 'total': events.rows - superseded + written}
        ledger = self._context.ledger(batch, 'digital_engagement', counts)
        events.commit(adds, removes, self._document['schema'], ledger, 'MERGE', general.last_batch, self._document['partitions'])
        self._context.commits.append(ledger)

    def _changed(self):
        """None when it cannot be told what changed."""
        general, events = self._general, self.table
        changes = general.changes_since(events.last_batch) if events.exists else None
        if changes is None:
            return None
        fresh, gone = changes
        arrived, left = self._rendered(general.urls(fresh)), None
        written, superseded = sum(file.rows for file in fresh), 0
        if gone:
            left = self._rendered([self._context.store.url(f'{general.path}/{name}') for name in gone])
            # Rows that only moved from one file of general to another are no change.
            arrived, left = arrived.exceptAll(left).localCheckpoint(), left.exceptAll(arrived).localCheckpoint()
            written, superseded = arrived.count(), left.count()
        if events.rows - superseded + written != general.rows:
            return None
        rest = self._without(left) if superseded else KeyChange([], [], 0)
        if rest.left != superseded:
            return None
        return rest.adds + self._stage(arrived, written), rest.removes, written, superseded

    def _everything(self):
        rows = self._general.rows
        adds = self._stage(self._rendered(self._general.urls()), rows)
        return adds, list(self.table.files.values()), rows, self.table.rows

    def _rendered(self, urls):
        columns = [
            (column['name'], column['type'])
            for column in self._context.catalogue.tables['activity'].refined['general']['columns']
        ]
        expressions = [f'{column["sql"]} AS `{column["name"]}`' for column in self._document['columns']]
        return table_frame(self._context, columns, urls).selectExpr(*expressions)

    def _stage(self, frame, rows):
        """A file for each partition that has rows."""
        if rows == 0:
            return []
        partitions = self._document['partitions']
        # Many rows stay where they are: a file for each part of them and each month.
        gathered = frame.coalesce(1) if rows < 500_000 else frame
        return self._context.staging.write(
            gathered, self.stored, self._general.last_batch, ('event_eventTime',), partitions=partitions
        )

    def _without(self, gone):
        """The files of the partitions that rows leave, written again without them."""
        partitions, change = self._document['partitions'], KeyChange([], [], 0)
        touched = {tuple(str(value) for value in row) for row in gone.select(*partitions).distinct().toLocalIterator()}
        keys = sql_functions.broadcast(gone.select('event_id'))
        for file in list(self.table.files.values()):
            if tuple(file.partition_values[name] for name in partitions) not in touched:
                continue
            rest = table_frame(self._context, self.stored, self.table.urls([file])).join(keys, 'event_id', 'left_anti')
            staged = self._context.staging.write(
                rest.select([name for name, _ in self.stored]).coalesce(1),
                self.stored,
                self._general.last_batch,
                ('event_eventTime',),
                'rest',
            )
            for one in staged:
                one.name, one.partition_values = f'{file.name.rpartition("/")[0]}/{one.name}', file.partition_values
            fewer = file.rows - sum(one.rows for one in staged)
            if fewer:
                change.left += fewer
                change.removes.append(file)
                change.adds += staged
        return change
