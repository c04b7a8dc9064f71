# Everything a contributor runs; `make` alone lists it.
PORT ?= 8000

VENV := .venv
PYTHON := $(VENV)/bin/python
MANAGE := $(PYTHON) manage.py
PYTEST := $(PYTHON) -m pytest -q -n 2
INSTALLED := $(VENV)/installed
START := $(shell date +%s)
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

# --universal pins every platform. Unlike uv.lock, this writes no address of a registry.
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
  --no-annotate --python-version 3.11 pyproject.toml

# What the tools of the tests need beside Python.
has_venv = $(1) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
has_pango = $(PYTHON) -c 'import weasyprint' >/dev/null 2>&1
has_postgres = $(PYTHON) -c 'from tests.temporary_postgres import binaries; binaries()' 2>/dev/null
has_chromium = { command -v chromium || command -v google-chrome; } >/dev/null

# A secret of this run, for the one command that is checked as in production.
random = $$(head -c 48 /dev/urandom | base64 | tr '+/' '-_')
random_key = $$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')
production = CLSM_ENV=production CLSM_HOSTING=controller CLSM_DEMO=0 ALLOWED_HOSTS=clsm.example \
  SITE_URL=https://clsm.example DATABASE_URL=sqlite:// SECRET_KEY=$(random) \
  CLSM_VAULT_KEYS=$(random_key) CLSM_TEXT_KEYS=$(random_key) CLSM_MEMORY_KEYS=$(random_key)

# $(call step,TITLE,COMMAND): one line when all is well, all that was said when it is not.
step = @printf '  %s… ' '$(1)'; if said=$$($(2) 2>&1); then echo 'bien'; \
  else echo 'ÉCHEC'; printf '%s\n' "$$said"; exit 1; fi

# $(call stage,TITLE,COMMAND): the command speaks for itself, between two lines of ours.
stage = @printf '\n%s\n' '$(1)'; $(2) || { printf '\nÉCHEC : %s\n' '$(1)'; exit 1; }

# $(call debian,TEST,PACKAGES): when the test fails, install Debian's packages if we may.
debian = @$(1) || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { \
  echo '  Installation de $(2)…'; said=$$(apt-get -qq update 2>&1 && DEBIAN_FRONTEND=noninteractive \
  apt-get -qq install --no-install-recommends $(2) 2>&1) || printf '%s\n' "$$said"; }

.PHONY: help setup demo test test-faults test-load check fix pins outdated pictures release bench

help: ## Cette liste
	@echo 'CLSM : make <cible>'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' Makefile

setup: $(INSTALLED) ## Installer ce qu’il faut (dans .venv)
	@echo 'Installation à jour.'

$(INSTALLED): requirements-dev.txt
	@echo 'Installation (une à deux minutes la première fois)'
	$(call debian,$(call has_venv,python3.11) || $(call has_venv,python3),python3-venv)
	@if $(call has_venv,$(PYTHON)); then exit; fi; \
	for python in python3.11 python3; do \
	  if $(call has_venv,$$python); then exec $$python -m venv --clear $(VENV); fi; \
	done; \
	echo 'Il faut Python 3.11 ou plus récent, avec son module venv.'; \
	echo 'Debian, Ubuntu : sudo apt-get install python3-venv'; exit 1
	$(call step,bibliothèques Python,$(PYTHON) -m pip install --disable-pip-version-check \
	  --require-hashes -r requirements-dev.txt)
	$(call debian,$(has_pango),libpango-1.0-0 libpangoft2-1.0-0)
	@$(has_pango) || { \
	  echo 'Il manque Pango, dont les documents PDF ont besoin.'; \
	  echo 'Debian, Ubuntu : sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0'; \
	  echo 'macOS : brew install pango'; exit 1; }
	@mkdir -p var
	@touch $@

# A database of its own, and DEBUG=0: the pages of error are ours, not Django's.
demo: export CLSM_DEMO = 1
demo: export DEBUG = 0
demo: export DATABASE_URL = sqlite:///var/demo.sqlite3
demo: export SITE_URL = http://127.0.0.1:$(PORT)
demo: setup ## Ouvrir la démonstration (PORT=8000)
	@if $(PYTHON) -c 'import socket; socket.create_connection(("127.0.0.1", $(PORT)))' 2>/dev/null; \
	then echo 'Le port $(PORT) est déjà pris. Essayez : make demo PORT=8001'; exit 1; fi
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@$(MANAGE) seed_demo
	@$(MANAGE) demo_cast --table
	@echo
	@echo 'La démonstration est ouverte : http://127.0.0.1:$(PORT)/  (Ctrl+C pour la fermer)'
	@DJANGO_RUNSERVER_HIDE_WARNING=true exec $(MANAGE) runserver --noreload 127.0.0.1:$(PORT)

# The quick ones first, so that a failure shows soon. The browser is tested on PostgreSQL alone,
# the database of production: the threads of the test server would all share the one connection
# of an SQLite in memory. What walks through every page, or asks the database nothing, is
# marked `once`: PostgreSQL alone plays it.
test: check ## Tout vérifier, puis tester sur SQLite, PostgreSQL et dans le navigateur
	$(call stage,Tests sur SQLite,DATABASE_URL=sqlite:// $(PYTEST) -m 'not browser and not once')
	$(call debian,$(has_postgres),postgresql)
	$(call debian,$(has_chromium),chromium)
	@$(has_postgres) || [ "$$CI" != true ] || { echo 'ÉCHEC : PostgreSQL est absent.'; exit 1; }
	$(call stage,Tests sur PostgreSQL et dans le navigateur,! $(has_postgres) || \
	  $(PYTHON) -m tests.temporary_postgres $(PYTEST) --screenshot only-on-failure)
	@echo
	@$(has_postgres) || echo 'ATTENTION : PostgreSQL est absent. Ni ses tests ni ceux du navigateur n’ont été joués.'
	@$(has_chromium) || echo 'ATTENTION : Chromium est absent. Les tests du navigateur n’ont pas été joués.'
	@echo "Tout ce qui a été joué est passé, en $$(( ($$(date +%s) - $(START)) / 60 + 1 )) min au plus."

# Half an hour; `make test` plays each fault a few times. What is measured: docs/reliability.md.
FAULTS := tests/faults tests/test_hostile_input.py tests/test_regular_expressions.py

test-faults: setup ## Rejouer toutes les pannes en entier, sur SQLite et PostgreSQL
	$(call stage,Pannes sur SQLite,DATABASE_URL=sqlite:// $(PYTHON) -m pytest --full -s $(FAULTS))
	$(call stage,Pannes sur PostgreSQL,$(PYTHON) -m tests.temporary_postgres \
	  $(PYTHON) -m pytest --full -s $(FAULTS))

test-load: setup ## Mesurer combien d’alertes par minute cette machine prend
	$(call stage,Charge sur PostgreSQL,$(PYTHON) -m tests.load --partners 50 --a-minute 600)
	$(call stage,Charge sur SQLite,$(PYTHON) -m tests.load --partners 20 --a-minute 120 --sqlite)

check: export DATABASE_URL = sqlite://
check: setup ## Vérifier le code, les gabarits et les migrations, sans les tests
	@echo 'Vérifications'
	$(call step,ruff,$(VENV)/bin/ruff check)
	$(call step,mise en forme du Python,$(VENV)/bin/ruff format --check)
	$(call step,étages (import-linter),$(VENV)/bin/lint-imports --no-logo)
	$(call step,gabarits (djlint),$(VENV)/bin/djlint --quiet --lint templates)
	$(call step,mise en forme des gabarits (djade),find templates -name '*.html' \
	  -exec $(VENV)/bin/djade --check {} +)
	$(call step,migrations à jour,$(MANAGE) makemigrations --check --dry-run)
	$(call step,docs/workflow.md à jour,$(MANAGE) workflow_diagram --check)
	$(call step,réglages de production,$(production) $(MANAGE) check --deploy --fail-level WARNING)
	$(call step,types (mypy),$(VENV)/bin/mypy)

fix: setup ## Mettre en forme et réparer ce qui se répare seul
	@$(VENV)/bin/ruff check --silent --fix --exit-zero
	@$(VENV)/bin/ruff format --quiet
	@find templates -name '*.html' -exec $(VENV)/bin/djade {} + || true  # 1: it mended something
	@$(MANAGE) workflow_diagram
	@$(PYTHON) -m tests.supply_chain licences

# Each part ends in error beyond a goal; the others are still measured.
bench: setup ## Mesurer en grand, objectifs en regard (une heure ; SIZES='10000' : les listes seules)
	$(call debian,$(has_postgres),postgresql)
	@for part in 'tests.bench $(SIZES)' $(if $(SIZES),,tests.bench.restore tests.attack); do \
	  $(PYTHON) -m $$part || missed=1; done; exit $${missed:-0}

pins: setup ## Recalculer requirements.txt et requirements-dev.txt
	@$(COMPILE) --output-file requirements.txt
	@$(COMPILE) --extra dev --output-file requirements-dev.txt

outdated: setup ## Chercher les correctifs que les versions épinglées n’ont pas (demande le réseau)
	@$(PYTHON) -m tests.supply_chain outdated

pictures: setup ## Reprendre les images des guides (docs/guide/images)
	@CLSM_PICTURES=1 $(PYTHON) -m tests.temporary_postgres $(PYTHON) -m pytest -q \
	  tests/browser/test_guide_pictures.py

release: setup ## Écrire l’archive d’une version, sa nomenclature (SBOM) et leurs empreintes
	@mkdir -p var/release && rm -f var/release/*
	@git archive --format tar.gz --prefix clsm-$(VERSION)/ --output var/release/clsm-$(VERSION).tar.gz \
	  v$(VERSION)
	@$(VENV)/bin/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml --of JSON \
	  --output-file var/release/clsm-$(VERSION).cdx.json requirements.txt
	@cd var/release && sha256sum clsm-* > SHA256SUMS && cat SHA256SUMS
