# Tools, at the versions of tools/go.mod.

.PHONY: tools
tools: $(BIN)/golangci-lint $(BIN)/gofumpt $(BIN)/govulncheck ## Build the linters and formatters.

$(BIN)/golangci-lint: TOOL := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
$(BIN)/gofumpt: TOOL := mvdan.cc/gofumpt
$(BIN)/govulncheck: TOOL := golang.org/x/vuln/cmd/govulncheck

$(BIN)/golangci-lint $(BIN)/gofumpt $(BIN)/govulncheck: tools/go.mod tools/go.sum
	@echo "building $(@F); this happens once and takes up to two minutes"
	@mkdir -p $(@D)
	cd tools && CGO_ENABLED=0 go build -o $@ $(TOOL)

# Our own tools change with the repository; Go's cache makes them quick.
.PHONY: $(BIN)/testgate $(BIN)/repocheck
$(BIN)/testgate $(BIN)/repocheck:
	@mkdir -p $(@D)
	@cd tools && CGO_ENABLED=0 go build -o $@ ./$(@F)
