# Tests on real nodes with real Spark. They need root and some Debian packages;
# everything they start is gone when they end.

# SPARK is the version to test: make e2e SPARK=3.5.9. Empty: e2e/spark knows.
SPARK ?=
# E2E_TIMEOUT ends what hangs; a run takes half of it at most.
E2E_TIMEOUT ?= 30m

# Debian leaves these out of a user's PATH, and of root's after a plain su.
export PATH := $(PATH):/usr/sbin:/sbin

.PHONY: e2e-deps
e2e-deps: ## Install the Debian packages that make e2e needs. Needs root.
	@packages=$$(cd e2e && go run ./cmd/needs); \
	if [ -z "$$packages" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then echo "root must install the Debian packages:" $$packages >&2; exit 1; fi; \
	apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$packages

# First of all: nobody shall wait for a build and be told then that it takes root.
.PHONY: e2e-check
e2e-check:
	@cd e2e && go run ./cmd/needs check

.PHONY: e2e-build
e2e-build: e2e-check ## Build a node's programs and Spark's image, once; about fifteen minutes.
	@cd e2e && go run ./cmd/programs node helm certmanager versitygw >/dev/null && SPARK=$(SPARK) go run ./cmd/spark >/dev/null

# SLOW scenarios wait for minutes, or repeat in breadth what others show: make
# e2e leaves them to make e2e-slow, and stays below a quarter of an hour.
SLOW = ^(TestS25ASwageThatIsKilled|TestS24ExamplesRun|TestShuffleOutlivesExecutors|TestScalingDownMovesBlocks|TestKerberosByTokens|TestS19AShellShapedHere)$$

# Found by their build tag, so that none is forgotten.
NODE_PACKAGES = $$(grep -lrx '//go:build node' --include='*_test.go' . | xargs -n1 dirname | sort -u)

# Two packages that start clusters would compete for two cores: -p 1. Two
# scenarios at a time is what they carry.
.PHONY: e2e
e2e: e2e-build $(BIN)/testgate ## Run real Spark jobs on real nodes. Needs root; SPARK=3.5.9 for another Spark.
	cd e2e && SPARK=$(SPARK) go test -json -tags node -count=1 -p 1 -parallel 2 -timeout $(E2E_TIMEOUT) -run '$(RUN)' \
	  $(if $(filter .,$(RUN)),-skip '$(SLOW)') $(NODE_PACKAGES) | $(BIN)/testgate -each nodes

.PHONY: e2e-slow
e2e-slow: e2e-build $(BIN)/testgate ## Run the scenarios that make e2e leaves out; seven minutes. Needs root.
	cd e2e && SPARK=$(SPARK) go test -json -tags node -count=1 -parallel 2 -timeout $(E2E_TIMEOUT) -run '$(SLOW)' ./scenarios | $(BIN)/testgate -each nodes

.PHONY: sidebyside
sidebyside: programs $(BIN)/testgate ## Compare swage submit with real spark-submits, all command lines; ten minutes a version. Needs a JRE.
	cd e2e && SPARK=$(SPARK) go test -json -tags node -count=1 -timeout 3h -run '$(RUN)' ./sidebyside -whole | $(BIN)/testgate -each sidebyside

.PHONY: bench-sidebyside
bench-sidebyside: programs ## Measure swage submit beside the real spark-submit, in turns. Needs a JRE.
	cd e2e && SPARK=$(SPARK) go test -tags node -run '^$$' -bench '$(BENCH)' -benchtime 5x ./sidebyside

.PHONY: image
image: ## Write the container image of swage-webhook to dist/, without a daemon.
	@cd e2e && go run ./cmd/image ../dist/swage-webhook.tar

.PHONY: cluster
cluster: e2e-build $(BIN)/cluster ## Keep such a cluster up, and say how to use it. Needs root.
	@cd e2e && SPARK=$(SPARK) $(BIN)/cluster up

.PHONY: cluster-down
cluster-down: $(BIN)/cluster ## End the cluster that make cluster started.
	@$(BIN)/cluster down

.PHONY: $(BIN)/cluster
$(BIN)/cluster:
	@mkdir -p $(@D)
	@cd e2e && CGO_ENABLED=0 go build -o $@ ./cmd/cluster
