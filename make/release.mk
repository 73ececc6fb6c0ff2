# What users download. The same source, version and Go give the same bytes.

# VERSION is v1.2.3. Default: what git says of this commit, by its tag.
VERSION ?= $(shell git describe --tags --match 'v[0-9]*' --dirty 2>/dev/null || echo v0.0.0-g$$(git rev-parse --short=12 HEAD))
# RELEASE_PLATFORMS narrows it: make release RELEASE_PLATFORMS=linux/amd64.
RELEASE_PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64
# RELEASE_URL is the folder that krew's manifest downloads the archives from.
RELEASE_URL ?= https://swage.dev/releases/$(VERSION)

.PHONY: release
release: ## Write a release to dist/VERSION: programs, image, chart, SBOM, checksums. VERSION=v1.2.3.
	@cd e2e && go run ./cmd/release -version '$(VERSION)' -platforms '$(RELEASE_PLATFORMS)' -url '$(RELEASE_URL)' '../dist/$(VERSION)'
	@echo "written to dist/$(VERSION)"

# make test does this for one platform.
.PHONY: verify-release
verify-release: ## Write it twice, from two folders, and compare each byte; all platforms take minutes.
	cd e2e && go test -count=1 -timeout 1h ./release -platforms '$(RELEASE_PLATFORMS)'
