import json
import os
import sys
import time

from pyspark import SparkConf, SparkContext


def tell(name, value):
    """One line that the test reads from the driver's log."""
    print("TOLD " + json.dumps({name: value}), flush=True)


def read(path):
    with open(path) as file:
        return file.read().strip()


def container_env(name):
    """The variable as the container has it. Spark gives its Python workers
    another SPARK_LOCAL_DIRS, and once more all of spark.executorEnv.*."""
    with open("/proc/1/environ") as file:
        return dict(line.split("=", 1) for line in file.read().split("\0") if line).get(name)


def on_executors(sc, count, look, nap=0.2):
    """What look() says on each of count executors, by executor id."""
    def one(_):
        time.sleep(nap)  # long enough that one executor cannot take all tasks
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


# No SparkSession: SQL takes longer to start than all that these jobs do.
# IN_CODE is what the program sets itself, whatever it was submitted with.
sc = SparkContext.getOrCreate(SparkConf().setAll(json.loads(os.environ.get("IN_CODE", "{}")).items()))
