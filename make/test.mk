# Tests, goldens and benchmarks.

# WHAT narrows a run to some packages, RUN to some tests:
#   make test-e2e WHAT=./cluster RUN=TestCluster
WHAT ?= ./...
RUN ?= .
# GOTESTFLAGS goes to every `go test`, for instance GOTESTFLAGS=-race.
GOTESTFLAGS ?=
# BENCH selects benchmarks, BENCHTIME is how long or how often each runs.
BENCH ?= .
BENCHTIME ?= 1s

# TEST_TIMEOUT ends what hangs. Go's own ten minutes for a package end what is only
# slow, too, where others use the machine.
TEST_TIMEOUT ?= 30m

gotest = go test -json -timeout $(TEST_TIMEOUT) -run '$(RUN)' $(GOTESTFLAGS)

.PHONY: test
test: test-unit test-tools test-e2e ## Run the tests of all modules. Needs no root.

.PHONY: test-unit
test-unit: $(BIN)/testgate ## Run the product's own tests, without any server.
	$(gotest) $(WHAT) | $(BIN)/testgate product

.PHONY: test-tools
test-tools: $(BIN)/testgate ## Run the tests of this repository's tools.
	cd tools && $(gotest) ./... | $(BIN)/testgate tools

# -count=1: Go's cache of results does not know the programs these tests run.
.PHONY: test-e2e
test-e2e: programs $(BIN)/testgate ## Run the tests against a real API server.
	cd e2e && $(gotest) -count=1 $(WHAT) | $(BIN)/testgate e2e

# CHECKS is the number of random cases of each property; `make test` runs 100.
CHECKS ?= 20000
.PHONY: properties-long
properties-long: programs ## Check what must hold for every pod on CHECKS random cases each; two hours.
	cd e2e && go test -count=1 -timeout 6h ./properties -rapid.checks=$(CHECKS) -rapid.seed=0

.PHONY: programs
programs: ## Build etcd, kube-apiserver, Helm, kubectl, cert-manager and an object store, once; about ten minutes.
	@cd e2e && go run ./cmd/programs >/dev/null

# The packages below a folder whose tests have a flag -update: whoever adds one
# is found by it.
updating = $(addprefix ./,$(shell cd $(1) && grep -rl 'flag.Bool."update"' --include='*_test.go' --exclude-dir=e2e --exclude-dir=tools . | xargs -r -n1 dirname | cut -c3- | sort -u))

.PHONY: goldens
goldens: programs ## Write the expected outputs of tests anew. Read the diff!
	go test -count=1 -run Golden $(call updating,.) -update
	cd e2e && go test -count=1 $(call updating,e2e) -update
	cd e2e && go run ./demo -update >/dev/null

.PHONY: manifests
manifests: programs ## Write deploy/manifests anew, from the chart.
	@cd e2e && go run ./cmd/manifests

# The packages below a folder that have benchmarks: others would start servers
# for nothing.
measuring = $(addprefix ./,$(shell cd $(1) && grep -rl '^func Benchmark' --include='*_test.go' --exclude-dir=e2e --exclude-dir=tools . | xargs -r -n1 dirname | cut -c3- | sort -u))

gobench = go test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem

.PHONY: bench
bench: programs ## Run the benchmarks; docs/performance.md explains them.
	$(gobench) $(call measuring,.)
	cd e2e && $(gobench) $(call measuring,e2e)
