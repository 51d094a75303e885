# Kabinet. `make` alone lists the targets; `make run` and `make test` are all a newcomer needs.

GO      ?= go
TOOL    := $(GO) tool -modfile=tools.mod
DEV     := -tags dev
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

.PHONY: help run test test-race test-looks test-journeys test-short bench fuzz check fmt fmt-check gen gen-check lint build image clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  %-13s %s\n", $$1, $$2}'

run: ## start everything: database, migrations, demo data, E-IMZO simulator, mailbox, server on http://localhost:8080
	@echo "compiling (some minutes the first time) …"
	@mkdir -p .kabinet && $(GO) build $(DEV) -o .kabinet/kabinet-dev ./cmd/kabinet && exec .kabinet/kabinet-dev dev

test: ## every test against a real Postgres
	@# a sixth of the processor time went into collecting garbage: memory is cheaper here
	GOGC=300 $(GO) run ./cmd/devpg -- $(GO) test $(DEV) -vet=off -ldflags=-s -timeout 25m ./...

test-race: ## the same with the race detector, shuffled
	$(GO) run ./cmd/devpg -- $(GO) test $(DEV) -vet=off -race -shuffle on -timeout 30m ./...

test-looks: ## every page, whole, in every look (light and dark, wide and narrow)
	$(GO) run ./cmd/devpg -- $(GO) test $(DEV) -timeout 30m -run ^TestTheMainJob$$ ./cmd/kabinet -every-look

test-journeys: ## the whole set-up in each language by pointer, keyboard and finger; the table of clicks and seconds is printed
	$(GO) run ./cmd/devpg -- $(GO) test $(DEV) -timeout 30m -v -run ^TestANewcomerSetsTheAccountUp$$ ./cmd/kabinet -every-pair

test-short: ## rules only: no database, no browser
	$(GO) test -short ./internal/core/... ./internal/archtest/...

bench: ## ratios against the bare stack, both sides in one run
	$(GO) run ./cmd/devpg -- $(GO) test $(DEV) -run '^$$' -bench . -benchtime 2s -timeout 30m ./internal/... ./web/...
	$(GO) run ./cmd/devpg -- $(GO) test -run ^TestMemory$$ -v ./internal/legacy -args -memory-rows 100000

fuzz: ## each fuzz target for 30 s
	@for t in $$(grep -rlE '^func Fuzz' --include=*_test.go internal web | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z]+' $$t/*_test.go | sed 's/func //'); do \
	    echo "== ./$$t $$f"; $(GO) test $(DEV) -run '^$$' -fuzz "^$$f$$" -fuzztime 30s ./$$t || exit 1; done; done

check: fmt-check gen-check lint ## what CI runs before the tests

fmt: ## format Go and templ
	gofmt -w cmd internal web migrations && $(TOOL) templ fmt web internal

fmt-check: ## fail on anything unformatted
	@out=$$(gofmt -l cmd internal web migrations); test -z "$$out" || { echo "not formatted:"; echo "$$out"; exit 1; }

gen: ## generate the Go code of the templ pages
	$(TOOL) templ generate

gen-check: gen ## fail if generated code is not the committed one
	@out=$$(git status --porcelain -- '*_templ.go'); test -z "$$out" || { echo "generated code differs from the committed one:"; echo "$$out"; exit 1; }

lint: ## vet, golangci-lint, rules of the house
	$(GO) vet ./... && $(GO) vet $(DEV) ./...
	$(TOOL) golangci-lint run --allow-parallel-runners --build-tags dev ./...
	$(GO) test ./internal/archtest/...

build: ## static production binary; HTTP/2 is the business of the proxy in front, which also has TLS
	CGO_ENABLED=0 $(GO) build -trimpath -tags nethttpomithttp2 -ldflags "$(LDFLAGS)" -o kabinet ./cmd/kabinet

image: ## container image (needs an engine)
	docker build --build-arg VERSION=$(VERSION) -t kabinet:$(VERSION) .

clean: ## forget the development database, keys and mailbox
	rm -rf .kabinet kabinet
