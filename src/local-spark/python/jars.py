"""The jars that a Synapse pool has beside Spark: Delta, and the driver of abfss. Fetched once through ivy, then taken from the cache without the network."""

import pathlib
import sys

PACKAGES = ("io.delta:delta-spark_2.12:3.2.1", "org.apache.hadoop:hadoop-azure:3.3.4")
# Of all that comes with them, what Spark does not have itself, and what these two need to work.
NAMES = (
    "io.delta_delta-spark_2.12-3.2.1",
    "io.delta_delta-storage-3.2.1",
    "org.antlr_antlr4-runtime-4.9.3",
    "org.apache.hadoop_hadoop-azure-3.3.4",
    "org.apache.hadoop.thirdparty_hadoop-shaded-guava-1.1.1",
    "org.apache.httpcomponents_httpclient-4.5.13",
    "org.apache.httpcomponents_httpcore-4.4.13",
    "org.codehaus.jackson_jackson-core-asl-1.9.13",
    "org.codehaus.jackson_jackson-mapper-asl-1.9.13",
    "org.wildfly.openssl_wildfly-openssl-1.0.7.Final",
)


def cached(cache):
    """The jars, as Spark's `spark.jars` wants them; None when one is missing."""
    files = [pathlib.Path(cache).resolve() / "jars" / f"{name}.jar" for name in NAMES]
    return ",".join(map(str, files)) if all(file.exists() for file in files) else None


def fetch(cache):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    folder = str(pathlib.Path(cache).resolve())
    builder.config("spark.jars.packages", ",".join(PACKAGES)).config("spark.jars.ivy", folder).getOrCreate().stop()


if __name__ == "__main__":
    # `jars.py CACHE` says by its exit code whether all are there; with a second word it fetches what is missing.
    if len(sys.argv) > 2 and cached(sys.argv[1]) is None:
        fetch(sys.argv[1])
    sys.exit(0 if cached(sys.argv[1]) else 1)
