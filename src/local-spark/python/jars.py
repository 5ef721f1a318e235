"""Delta's jars: fetched once through ivy, then taken from the cache without the network."""

import pathlib
import sys

PACKAGE = "io.delta:delta-spark_2.12:3.2.1"
NAMES = ("io.delta_delta-spark_2.12-3.2.1", "io.delta_delta-storage-3.2.1", "org.antlr_antlr4-runtime-4.9.3")


def cached(cache):
    """The jars, as Spark's `spark.jars` wants them; None when one is missing."""
    files = [pathlib.Path(cache).resolve() / "jars" / f"{name}.jar" for name in NAMES]
    return ",".join(map(str, files)) if all(file.exists() for file in files) else None


def fetch(cache):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    folder = str(pathlib.Path(cache).resolve())
    builder.config("spark.jars.packages", PACKAGE).config("spark.jars.ivy", folder).getOrCreate().stop()


if __name__ == "__main__":
    if cached(sys.argv[1]) is None:
        fetch(sys.argv[1])
    sys.exit(0 if cached(sys.argv[1]) else 1)
