#!/bin/bash
# The preStop hook of executors that shall decommission themselves: SIGPWR says
# so to the JVM, and the hook lasts until it has ended.
set -euo pipefail
pid=$(pgrep --oldest --full KubernetesExecutorBackend)
kill -s PWR "$pid"
echo "told executor $pid to decommission" >/proc/1/fd/1 || true
tail --pid="$pid" --follow /dev/null
