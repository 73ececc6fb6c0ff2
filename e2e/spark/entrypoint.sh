#!/bin/bash
# What Spark's Kubernetes backend expects of an image: `driver` and `executor`
# are roles, with their settings in the environment; anything else is a command.
set -euo pipefail

# The classpath: configuration first, so that it wins over what jars contain.
classpath="${SPARK_CONF_DIR:-$SPARK_HOME/conf}"
[[ -n "${HADOOP_CONF_DIR:-}" ]] && classpath+=":$HADOOP_CONF_DIR"
classpath+="${SPARK_CLASSPATH:+:$SPARK_CLASSPATH}:$SPARK_HOME/jars/*${SPARK_EXTRA_CLASSPATH:+:$SPARK_EXTRA_CLASSPATH}:$PWD"

case "${1:-}" in
driver)
  shift
  exec /usr/bin/tini -s -- "$SPARK_HOME/bin/spark-submit" \
    --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" \
    --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS" \
    --deploy-mode client "$@"
  ;;
executor)
  options=()
  for ((i = 0; ; i++)); do
    name="SPARK_JAVA_OPT_$i"
    [[ -v $name ]] || break
    options+=("${!name}")
  done
  exec /usr/bin/tini -s -- "$JAVA_HOME/bin/java" "${options[@]}" \
    "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" -cp "$classpath" \
    org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
    --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" \
    --cores "$SPARK_EXECUTOR_CORES" --app-id "$SPARK_APPLICATION_ID" \
    --hostname "$SPARK_EXECUTOR_POD_IP" --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" \
    --podName "$SPARK_EXECUTOR_POD_NAME"
  ;;
*)
  exec "$@"
  ;;
esac
