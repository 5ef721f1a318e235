"""The session of the tests, and how another process joins it."""

import pathlib

import jars
import spark_session
from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

CACHE = pathlib.Path(__file__).resolve().parents[2] / ".insights" / "spark" / "ivy"


def start(work, **options):
    return spark_session.start(work, jars.cached(CACHE), **options)


def invitation(spark):
    """Environment of another Python process that is to work in this session's Java, by `join`."""
    gateway = spark.sparkContext._gateway
    return {"PYSPARK_GATEWAY_PORT": str(gateway.gateway_parameters.port), "PYSPARK_GATEWAY_SECRET": gateway.gateway_parameters.auth_token}


def join():
    """A session in the Java of the process that sent the invitation: another driver, without the start of another Java."""
    gateway = launch_gateway()
    running = gateway.jvm.org.apache.spark.api.java.JavaSparkContext.fromSparkContext(gateway.jvm.org.apache.spark.SparkContext.getOrCreate())
    return SparkSession(SparkContext(conf=SparkConf(True, gateway.jvm, running.getConf()), gateway=gateway, jsc=running))
