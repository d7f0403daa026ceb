.DEFAULT_GOAL := help
GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
RECORDING := testdata/recordings/hotrod/baseline.otlp.jsonl.zst
FUZZTIME ?= 30s
BENCH_INPUT ?=
BENCH_ROWS ?=
BENCH_FLAGS ?=
BASE ?= HEAD
ROWS ?=
LIMIT ?= 0
SAME_FLAGS ?=
SHOTS ?=
OUTPUTS := json={outdir}/r.json markdown={outdir}/r.md csv={outdir}/r.csv html={outdir}/r.html
GATE_OUTPUTS := $(OUTPUTS) text={outdir}/r.txt junit={outdir}/r.xml sarif={outdir}/r.sarif github={outdir}/r.gh.txt gitlab={outdir}/r.gl.json openmetrics={outdir}/r.om
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@latest

hostile-run = env -u CI python3 ../shared/hostile/run.py --twice --scale 3 --spans-regex '"spans_accepted":\s*(\d+)' --failures \
	--cmd '$(CURDIR)/bin/longpole $(1) {input} $(foreach f,$(2),-o $(f))'

.PHONY: scale scale-all scale-cost scale-spark scale-spark-kill scale-s3 processors release container action pages pictures manual inspector sdks walk page-assets readers accuracy faults hostile lab virtual help build test whole race golden fuzz bench bench-compare bench-peers compare-builds same-output cover lint vuln docs check demo simulate equal

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## build bin/longpole, a static binary
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.release=$(VERSION)' -o bin/longpole ./cmd/longpole

demo: build ## hold a checkout against its budget of 400 ms, then tell HotROD without a plan
	bin/longpole report --budget testdata/demo/checkout.yaml testdata/recordings/lab/payment-slow/faulty.otlp.jsonl.zst
	@echo
	bin/longpole report $(RECORDING)

test: ## run the tests, the costly ones with some of the recordings and examples
	GOGC=400 $(GO) test ./...

whole: ## run the tests with all recordings and examples
	LONGPOLE_WHOLE=1 $(GO) test -timeout 30m ./...

accuracy: ## score what the command blames on the recordings of the lab
	@LONGPOLE_WHOLE=1 LONGPOLE_ACCURACY=1 $(GO) test ./cmd/longpole -run 'FaultsAre|HealthyRecording|HotROD|EqualRuns|EveryRun|TheMoment|WhatCures|SystemsThat' -count 1 -v | grep -E "^ *[|]|faults are|pairs of equals|FAIL|--- "
	@LONGPOLE_WHOLE=1 $(GO) test ./analyze/replay -run 'RepairsThatWereMade|VirtualTwins' -twins 8 -count 1 -v | grep -E "^ *[|]|In the middle|virtual twins have|FAIL|--- "
	@LONGPOLE_WHOLE=1 $(GO) test ./analyze/cost -count 1
	@LONGPOLE_WHOLE=1 $(GO) test ./report -run 'OfTheLab|HealthyTwin|EveryRequestHas|InOneFile' -count 1 -v | grep -E "first sentence names|FAIL|^ok|not named|blames"

faults: ## put small faults into the program, one at a time; the test that each names must fail
	@$(GO) run ./scripts/faults

pages: build ## look at the pages of -o html in Chromium, with axe and Lighthouse, where it is installed; SHOTS=folder keeps pictures
	@scripts/pages.sh bin/longpole $(SHOTS)

pictures: build ## make the pictures of the README from the recordings, into docs/img; needs Chromium
	@BROWSER=$$(command -v chromium) node scripts/pages/pictures.mjs bin/longpole

page-assets: ## write what the page of -o html is drawn with anew, of report/page/html/package-lock.json
	cd report/page/html && npm ci --ignore-scripts --no-audit --no-fund && rm -rf assets && mkdir assets && \
		cp node_modules/uplot/dist/uPlot.iife.min.js node_modules/uplot/dist/uPlot.min.css node_modules/d3-hierarchy/dist/d3-hierarchy.min.js assets/ && \
		cp node_modules/uplot/LICENSE assets/uPlot.LICENSE && cp node_modules/d3-hierarchy/LICENSE assets/d3-hierarchy.LICENSE && rm -rf node_modules

hostile: build ## run report and check, each twice, over the damaged and malicious inputs that are kept beside the project
	@if [ -d ../shared/hostile ]; then $(call hostile-run,report,$(OUTPUTS)) && \
		$(call hostile-run,check --budget $(CURDIR)/testdata/demo/any.yaml,$(GATE_OUTPUTS)); \
	else echo "skipped: ../shared/hostile is not beside this checkout"; fi

lab: ## make all recordings of the lab again, or with lab-runs, lab-cures, ... a group; installs PostgreSQL, Redis, RabbitMQ and Chromium; an hour and three quarters
	sh testdata/lab/record.sh

.PHONY: lab-faults lab-runs lab-cures lab-halftime lab-tracing lab-browser lab-consumers
lab-faults lab-runs lab-cures lab-halftime lab-tracing lab-browser lab-consumers:
	sh testdata/lab/record.sh $(@:lab-%=%)

virtual: ## hold the shop in virtual time to the formulas of queueing theory
	cd testdata/lab/virtual && $(GO) vet ./... && $(GO) test ./...

race: ## run the tests of what starts goroutines with the race detector; the other rooms start none
	$(GO) test -race -short ./ingest/...
	$(GO) test -race -short -run Scripts ./cmd/longpole

golden: ## write the golden files anew; read the diff before you commit it
	LONGPOLE_WHOLE=1 $(GO) test $$(grep -rlE "testkit.Golden|testkit.Update" --include="*_test.go" . | xargs -n1 dirname | sort -u) -update

fuzz: ## run every fuzz target for FUZZTIME each
	@scripts/fuzz.sh $(FUZZTIME)

bin/bench/small: SPANS := 20000
bin/bench/320000-spans: SPANS := 320000
bin/bench/small bin/bench/320000-spans: $(wildcard testdata/bench/gen/*.go testdata/bench/model/*.go)
	cd testdata/bench && $(GO) run ./gen -spans $(SPANS) -out $(CURDIR)/$@ && touch $(CURDIR)/$@

bench: bin/bench/small ## run the benchmarks of every stage six times on one core, into bin/bench/new.txt
	LONGPOLE_BENCH=$(CURDIR)/bin/bench/small $(GO) test -run '^$$' -bench . -skip 'Held|OneTrace' -benchmem -cpu 1 -count 6 ./cmd/longpole ./ingest ./budget/category | tee bin/bench/new.txt
	! grep FAIL bin/bench/new.txt

bench-compare: compare-builds $(if $(BENCH_INPUT),,bin/bench/320000-spans) ## measure the CPU of whole commands against BASE=REV (default HEAD); ROWS=name,name, BENCH_INPUT=folder; LIMIT=1.03 fails above it
	@cd testdata/bench && $(GO) build -o $(CURDIR)/bin/compare/ ./compare
	@bin/compare/compare -repo . -base "$$(git rev-parse --short '$(BASE)')" -old bin/compare/old -new bin/compare/new \
		-input '$(or $(BENCH_INPUT),bin/bench/320000-spans)' -rows '$(ROWS)' -limit '$(LIMIT)'

compare-builds:
	@scripts/build-at.sh '$(BASE)' bin/compare/old
	@scripts/build-at.sh '' bin/compare/new

bench-peers: ## measure beside other decoders, and write the table in docs/performance.md; BENCH_INPUT=folder, BENCH_ROWS=name,name
	cd testdata/bench && $(GO) build -o $(CURDIR)/bin/bench/ ./peers && $(CURDIR)/bin/bench/peers -repo $(CURDIR) -input '$(BENCH_INPUT)' -rows '$(BENCH_ROWS)' $(BENCH_FLAGS)

same-output: compare-builds ## compare outputs over all recordings with those of BASE=REV (default HEAD), to the byte; SAME_FLAGS='--only report,check'
	@scripts/same-output.sh bin/compare/old bin/compare/new $(SAME_FLAGS)

cover: ## write cover.out and print the coverage of each function
	$(GO) test -coverprofile cover.out ./... && $(GO) tool cover -func cover.out

simulate: ## run the long simulations of regressions, intervals and limits; writes their tables into docs/statistics.md
	LONGPOLE_WHOLE=1 $(GO) test ./analyze ./analyze/quantile -p 1 -run 'TestSimulation.*InTheDocs' -simulate -timeout 60m -count 1 -v
	LONGPOLE_WHOLE=1 $(GO) test ./analyze/bounded -run TestSimulation -simulate -timeout 60m -count 1 -v
	LONGPOLE_WHOLE=1 $(GO) test ./analyze/compare -run 'TestSimulation.*InTheDocs' -simulate -timeout 60m -count 1 -v
	$(GO) test ./analyze/since -run 'TestSimulation.*InTheDocs' -simulate -timeout 60m -count 1 -v
	LONGPOLE_WHOLE=1 $(GO) test ./analyze/compare -run TestHalvesOfARecordingRarelyDiffer -cuts 100 -timeout 60m -count 1 -v

equal: ## compare all pairs of recordings of equal load and settings; writes their table into docs/statistics.md
	LONGPOLE_WHOLE=1 $(GO) test ./analyze/compare -run TestEqualRunsAreNotProvenToDiffer -update -count 1 -v

lint: ## gofmt, vet and staticcheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w on these"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

walk: ## run the commands of the README as they stand, in an empty folder, with what is committed
	@scripts/walk.sh

vuln: ## look for known vulnerabilities; needs vuln.go.dev, so check leaves it out
	$(GO) run $(GOVULNCHECK) ./...

docs: ## check that README, CHANGELOG and docs say what the program says
	LONGPOLE_WHOLE=1 $(GO) test ./cmd/longpole -run 'Document|Table' -count 1
	cd testdata/bench && $(GO) vet ./... && $(GO) test ./... -count 1

processors: ## hold what is built for arm64 (under qemu-user) and for GOAMD64=v3 to what any amd64 says of all recordings; FILES='a b' for some
	@scripts/processors.sh $(FILES)

release: ## check .goreleaser.yaml, build a snapshot and run it, also for arm64 under qemu-user
	@scripts/release.sh

action: build ## do the steps of action.yml as a runner does
	@scripts/action.sh

container: ## build the stages of Dockerfile without a registry, and run the image; needs root, buildah and busybox-static
	@scripts/container.sh

manual: ## write docs/manual.md anew, as the commands print it
	$(GO) test ./cmd/longpole -run TheManualSays -count 1 -update

scale-all: ## deal all recordings and scenarios to files, parts and partials, and hold what merge says against report
	LONGPOLE_SCALE=all $(GO) test ./cmd/longpole -run 'MapReduceAndMerge|WhatTurns' -timeout 60m -count 1

scale: scale-all scale-cost scale-spark scale-spark-kill scale-s3 ## all of what several processes promise, also in Spark; installs PySpark below bin; needs Java

bin/scale/small: MAKES := -traces 100000 -files 24
bin/scale/large: MAKES := -traces 1000000 -files 48
bin/scale/small bin/scale/large: $(wildcard scale/traces/*.go)
	$(GO) run ./scale/traces $(MAKES) -out $(CURDIR)/$@ && touch $@

scale-spark: build bin/scale/small ## make a report in Spark, and compare it with report, to the byte
	@$$(scripts/scale-venv.sh) scale/spark/try.py local --longpole bin/longpole --input bin/scale/small

scale-spark-kill: build bin/scale/large ## the same on a cluster of two workers on loopback, of which an executor and a worker are killed
	@$$(scripts/scale-venv.sh) scale/spark/try.py kill --longpole bin/longpole --input bin/scale/large

scale-s3: build bin/scale/small ## the same from and to a bucket that moto serves on loopback
	@$$(scripts/scale-venv.sh) scale/spark/try.py s3 --longpole bin/longpole --input bin/scale/small

scale-cost: build bin/scale/large ## measure what map, reduce and merge take of CPU beside report, and merge of memory
	@scripts/scale-cost.sh bin/longpole bin/scale/large

readers: build ## give the outputs to promtool, junitparser, jsonschema, sarif-multitool and marked; installs them below bin/readers
	@scripts/readers.sh

sdks: build ## count what capture receives from the SDKs for Go, Python and JavaScript; installs them below bin/sdks
	@scripts/sdks.sh

inspector: build ## have the inspector of the Model Context Protocol call the tools of longpole mcp; installs it below bin/inspector
	@scripts/inspector.sh

check: lint build whole race docs virtual hostile pages ## everything that must hold before a change lands
	bin/longpole report $(RECORDING) > /dev/null
