# Linters, formatting, and what can be verified without running anything.

.PHONY: lint
lint: lint-go verify-format verify-tidy verify-repo ## Check everything that can be checked without running it.

.PHONY: lint-go
lint-go: $(BIN)/golangci-lint ## Run the linters on all modules; .golangci.yml says which and why.
	@status=0; for module in $(MODULES); do \
	  echo "lint $$module"; \
	  (cd "$$module" && $(BIN)/golangci-lint run --allow-serial-runners -c "$(CURDIR)/.golangci.yml" ./...) || status=1; \
	done; exit $$status

.PHONY: lint-fix
lint-fix: $(BIN)/golangci-lint ## Let the linters repair what they can.
	@for module in $(MODULES); do (cd "$$module" && $(BIN)/golangci-lint run --allow-serial-runners --fix -c "$(CURDIR)/.golangci.yml" ./...); done

.PHONY: fmt
fmt: $(BIN)/gofumpt ## Format all Go files.
	$(BIN)/gofumpt -l -w .

.PHONY: verify-format
verify-format: $(BIN)/gofumpt ## Fail when a Go file is not formatted.
	@files=$$($(BIN)/gofumpt -l .); if [ -n "$$files" ]; then echo "not formatted, run make fmt:"; echo "$$files"; exit 1; fi

.PHONY: verify-tidy
verify-tidy: ## Fail when a go.mod or go.sum is not tidy.
	@for module in $(MODULES); do (cd "$$module" && go mod tidy -diff) || { echo "run go mod tidy in $$module"; exit 1; }; done

.PHONY: verify-repo
verify-repo: $(BIN)/repocheck ## Check what no linter knows: sizes and names of files, dependencies, sleeping.
	$(BIN)/repocheck .

# Not part of lint: it asks vuln.go.dev, which a build machine may not reach.
.PHONY: vuln
vuln: $(BIN)/govulncheck ## Look for known vulnerabilities. Needs the network (vuln.go.dev).
	$(BIN)/govulncheck ./...
