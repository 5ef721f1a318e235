"""Prints a Delta table as delta-rs reads it. Arguments: folder, appId of the wanted `txn`, version (none = newest)."""

import json
import sys

from deltalake import DeltaTable

table = DeltaTable(sys.argv[1], version=int(sys.argv[3]) if len(sys.argv) > 3 else None)
rows = table.to_pyarrow_table().to_pylist()
print(
    json.dumps(
        {
            "version": table.version(),
            "schema": json.loads(table.schema().to_json()),
            "transaction": table.transaction_version(sys.argv[2]),
            "rows": rows,
        },
        default=str,
    )
)
