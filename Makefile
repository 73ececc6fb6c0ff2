# Everything a developer and CI run. `make help` lists it; docs/testing.md
# explains the tests.
MAKEFLAGS += --warn-undefined-variables
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# What is built for development and tests stays out of the repository.
CACHE := $(shell echo "$${XDG_CACHE_HOME:-$$HOME/.cache}/swage")
BIN := $(CACHE)/bin

# Every Go module of the repository, "." being the product.
MODULES := . e2e tools

include make/tools.mk make/test.mk make/e2e.mk make/lint.mk make/release.mk

.PHONY: help
help: ## List the targets.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the programs into bin/.
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

.PHONY: demo
demo: ## Shape real Spark pods on a real API server and show what changed.
	cd e2e && go run ./demo

.PHONY: clean
clean: ## Remove what was built into the repository.
	rm -rf bin dist

.PHONY: clean-cache
clean-cache: ## Remove tools and Kubernetes programs that were built; the next test takes minutes.
	rm -rf "$(CACHE)"
