import json
import os
import sys
import time

from pyspark.sql import SparkSession


def tell(name, value):
    """One line that the test reads from the driver's log."""
    print("TOLD " + json.dumps({name: value}), flush=True)


def read(path):
    with open(path) as file:
        return file.read().strip()


def on_executors(sc, count, look):
    """What look() says on each of count executors, by executor id."""
    def one(_):
        time.sleep(0.2)  # long enough that one executor cannot take all tasks
        yield os.environ["SPARK_EXECUTOR_ID"], look()

    seen = {}
    end = time.time() + 400
    while len(seen) < count and time.time() < end:
        seen.update(sc.parallelize(range(4 * count), 4 * count).mapPartitions(one).collect())
    return seen


def pi(sc):
    from random import random
    n = 100000
    inside = sc.parallelize(range(n), 2).filter(lambda _: random() ** 2 + random() ** 2 < 1).count()
    return 4.0 * inside / n


spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
