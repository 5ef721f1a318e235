"""The Spark session that stands in for a Synapse pool's: runtime 3.5 with Delta 3.2, everything else as it comes."""

import pathlib

from pyspark.sql import SparkSession

# A session of a few minutes is over before Java's second compiler has paid for itself.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def start(work, jars, settings=None, cores=2, memory="4g", events=True, log_level="WARN", java_options=SHORT_LIVED):
    """
    `work` gets the warehouse, the event log and what Spark puts aside; `jars` are those of jars.py; `settings` are Spark's, over
    those of here.
    """
    work = pathlib.Path(work)
    (work / "events").mkdir(parents=True, exist_ok=True)
    own = {
        "spark.jars": jars,
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.local.dir": str(work / "local"),
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": f"-Duser.timezone=UTC {java_options}".strip(),
        "spark.eventLog.enabled": str(events).lower(),
        "spark.eventLog.dir": (work / "events").as_uri(),
        "spark.eventLog.buffer.kb": "1k",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("insights")
    for name, value in {**own, **(settings or {})}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel(log_level)
    return session
