# Two commands on a fresh machine: `make demo` and `make test`. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The tests start some hundred processes: none of them compiles our modules again.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: help demo up stack containers secrets test check kills due race canary e2e leaks access tls consent mails mutants bench fuzz evaluate golden dashboards live pictures lock schemas clean

help: ## What can be made
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/runtime: deploy/locks/runtime.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages …"
	@$(PIP) install --quiet --require-hashes -r $<
	@touch $@

$(VENV)/development: deploy/locks/development.txt $(VENV)/runtime
	@$(PIP) install --quiet --require-hashes -r $<
	@touch $@

$(VENV)/tocsin: $(VENV)/runtime pyproject.toml
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/tocsin ## Run it all on a real Kafka with an invented sample (ONCE=1: stop by itself)
	@$(BIN)/tocsin demo $(if $(ONCE),--once)

up: $(VENV)/tocsin ## Run it all without the sample
	@$(BIN)/tocsin up

stack: $(VENV)/tocsin $(if $(ONCE),$(VENV)/development) ## As docker-compose.yml, without Docker (ONCE=1: try it, and stop)
	@$(BIN)/$(if $(ONCE),pytest -q -m slow tests/integration/test_secured_stack.py tests/integration/test_compose_broker.py,tocsin up --secured --home .tocsin/stack)

containers: $(VENV)/tocsin $(VENV)/development ## docker-compose.yml in real containers, with Docker: try it, and stop
	$(BIN)/pytest -q -m slow tests/integration/test_containers.py

HOST ?= localhost
secrets: $(VENV)/tocsin ## Make the secrets of docker-compose.yml that are not there yet (HOST: the broker's name)
	@$(BIN)/python -m tocsin.devtools.stack_secrets --host $(HOST)

APART := $(addprefix tests/,faults integration e2e)
OTHERS := $(addprefix tests/,unit properties contract gold)
test: $(VENV)/tocsin $(VENV)/development ## Lint, types, import floors, and every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m tocsin_schemas.export --check
	@$(BIN)/python -m tocsin.devtools.jars
	@echo "Beside one another: types; $(APART); and the others, shown first"
	@$(BIN)/mypy > $(VENV)/types.log 2>&1 & types=$$!; \
	$(BIN)/pytest -q $(APART) > $(VENV)/tests-apart.log 2>&1 & apart=$$!; \
	$(BIN)/pytest -q $(OTHERS); others=$$?; \
	wait $$apart; apart=$$?; wait $$types; types=$$?; \
	cat $(VENV)/tests-apart.log $(VENV)/types.log; exit $$((others || apart || types))

check: $(VENV)/tocsin $(VENV)/development ## The fast part of the tests: no Kafka, no PostgreSQL
	$(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/pytest -q -m "not kafka and not postgresql"

e2e: $(VENV)/tocsin $(VENV)/development ## Every task of operators, recipients and focal points in a real browser, in every way
	$(BIN)/pytest -q -m "slow or not slow" tests/e2e/tasks tests/e2e/test_paper.py

KILLS ?= 300
kills: $(VENV)/tocsin $(VENV)/development ## SIGKILL services and broker KILLS times under 5,000 reports, then check; then under 2,000 mails
	$(BIN)/python -m tocsin.devtools.faults.kills --kills $(KILLS)
	$(BIN)/python -m tocsin.devtools.faults.mail_storm
	$(BIN)/pytest -q -m slow tests/faults/test_storm.py tests/faults/test_flood.py

due: $(VENV)/tocsin $(VENV)/development ## SIGKILL whoever fires due times KILLS times, the clock moved by a month, then check
	$(BIN)/python -m tocsin.devtools.faults.due_storm --kills $(KILLS)
	$(BIN)/pytest -q -m slow tests/faults/test_due_storm.py

PERIOD ?= 6
canary: $(VENV)/tocsin $(VENV)/development ## Stop each component in turn, and see it noticed in time (PERIOD=300: the real one, some hours)
	TOCSIN_CANARY_PERIOD=$(PERIOD) $(BIN)/pytest -q -rP -m slow tests/integration/test_canary_watch.py

leaks: $(VENV)/tocsin $(VENV)/development ## 500 values that nobody may read, through everything and on both databases: where do they stand?
	$(BIN)/python -m tocsin.devtools.leaks
	@home=$$(mktemp -d /tmp/tocsin-leaks.XXXX) && chmod 755 $$home && \
	$(BIN)/python -m tocsin.devtools.leaks --secured --home $$home/home; found=$$?; rm -rf $$home; exit $$found

CASES ?= 1000000
access: $(VENV)/tocsin $(VENV)/development ## CASES generated requests for (role, case, field, route), and pages drawn, against the rule
	TOCSIN_ACCESS_CASES=$(CASES) $(BIN)/pytest -q -rP --timeout 3600 tests/properties/test_field_access.py

tls: $(VENV)/tocsin $(VENV)/development ## A broker that speaks TLS, and who must not be taken for it
	$(BIN)/pytest -q -m slow tests/integration/test_broker_tls.py

consent: $(VENV)/tocsin $(VENV)/development ## CASES generated questions of consent, against an independent statement of the rule
	TOCSIN_CONSENT_CASES=$(CASES) $(BIN)/pytest -q --timeout 3600 tests/properties/test_consent.py -k every_answer

ROUTING_TESTS := tests/unit/domain/routing
mutants: $(VENV)/tocsin $(VENV)/development ## Change consent and disclosure in every small way, and see each change caught
	for module in consent disclosure; do \
	  $(BIN)/python -m tocsin.devtools.mutation tocsin.domain.routing.$$module -- --noconftest -p no:hypothesispytest -p no:schemathesis \
	    $(addprefix $(ROUTING_TESTS)/test_,consent.py consent_examples.py disclosure.py visible_claims.py) || exit 1; \
	done

FUZZ ?= 5000000
$(VENV)-fuzz/ready: deploy/locks/fuzz.txt $(VENV)/development
	@$(BIN)/python -m venv $(VENV)-fuzz
	@$(VENV)-fuzz/bin/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes -r $<
	@$(BIN)/python -c "import site; print(f'import site; site.addsitedir({site.getsitepackages()[0]!r})')" \
	  > $$($(VENV)-fuzz/bin/python -c "import site; print(site.getsitepackages()[0])")/beside.pth
	@touch $@

fuzz: $(VENV)/tocsin $(VENV)/development $(VENV)-fuzz/ready ## FUZZ hostile inputs: half by mutation, half guided by coverage, some by Hypothesis
	@$(BIN)/python -m tocsin.devtools.fuzz --mutations $$(($(FUZZ) / 2)) --generated $$(($(FUZZ) / 1000)) & plain=$$!; \
	$(VENV)-fuzz/bin/python -m tocsin.devtools.fuzz.guided --inputs $$(($(FUZZ) / 2)); guided=$$?; \
	wait $$plain; plain=$$?; exit $$((plain || guided))

MAILS ?= 5000
mails: $(VENV)/tocsin $(VENV)/development ## 72 hours without provider; MAILS generated ones searched; each drawn
	$(BIN)/python -m tocsin.devtools.faults.outage
	TOCSIN_MAILS=$(MAILS) $(BIN)/pytest -q --timeout 3600 tests/properties/test_mails.py
	$(BIN)/python -m tocsin.devtools.mails --out .tocsin/mails --axe
	$(BIN)/pytest -q -m slow tests/e2e

race: $(VENV)/tocsin $(VENV)/development ## Two workers meet 2,000 new cases at the same instants, on both databases
	$(BIN)/pytest -q -m slow tests/integration/test_race.py

bench: $(VENV)/tocsin ## Latency, throughput and memory, measured; then our matcher and router beside others
	$(BIN)/python -m tocsin.devtools.bench
	$(BIN)/python -m tocsin.devtools.bench.matching
	$(BIN)/python -m tocsin.devtools.bench.routing
	$(BIN)/python -m tocsin.devtools.bench.validating
	$(BIN)/python -m tocsin.devtools.bench.publishing --reports 10000
	$(BIN)/python -m tocsin.devtools.bench.intake
	$(BIN)/python -m tocsin.devtools.bench.mails
	$(BIN)/python -m tocsin.devtools.bench.flood
	$(BIN)/python -m tocsin.devtools.bench.pages

evaluate: $(VENV)/tocsin ## The matcher on labelled pairs, beside what it has to reach (DATA: their folder)
	@$(BIN)/python -m tocsin.devtools.evaluation $(if $(DATA),--data $(DATA))

golden: $(VENV)/tocsin ## Write the golden table and the worked example of routing
	$(BIN)/python -m tocsin.devtools.golden

dashboards: $(VENV)/tocsin $(VENV)/development ## Write Grafana's dashboards from their views
	$(BIN)/python -m tocsin.devtools.dashboards

live: $(VENV)/tocsin $(VENV)/development ## Put every query of the dashboards and rules to a real Prometheus over a running deployment
	$(BIN)/pytest -q -m slow tests/integration/test_dashboards_live.py

PREVIEW := deploy/grafana/preview
pictures: $(VENV)/tocsin $(VENV)/development ## Draw the dashboards with Grafana's components, of an invented week (Node, Prometheus, Chromium)
	cd $(PREVIEW) && npm ci --no-progress && npm run build
	$(BIN)/python -m tocsin.devtools.dashboards.preview

schemas: $(VENV)/tocsin ## Write JSON Schema and AsyncAPI from the models
	$(BIN)/python -m tocsin_schemas.export

lock: ## Pin every package with its hash (needs pip-tools)
	for extra in runtime development; do \
	  pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe \
	    --no-header --extra services --extra import --extra build --extra broker --extra simulators \
	    $$(test $$extra = development && echo --extra dev) -o deploy/locks/$$extra.txt pyproject.toml; done
	pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-header \
	  -o deploy/locks/fuzz.txt deploy/locks/fuzz.in

clean: ## Remove the environment and every embedded deployment
	rm -rf $(VENV) $(VENV)-fuzz .tocsin
