# What to type. Every command sets up first what it needs; a second time that takes a moment.

PYTHON ?= python3
RUN = .venv/bin/python -m

.PHONY: setup demo run stop status logs redeploy test bench evaluate lint

setup: ## everything the other commands need
	@$(PYTHON) infra/virtual_environment.py
	@$(RUN) infra.set_up

demo: ## the main job on real photos, on free ports and in a temporary folder
	@began=$$(date +%s) && $(MAKE) --no-print-directory setup && \
		$(RUN) colecionador.demo --set-up-seconds $$(($$(date +%s) - began))

run: setup ## the stack on its usual ports with its data in data/, until Ctrl-C
	@$(RUN) infra.stack run

stop: ## end a stack that was started elsewhere
	@$(RUN) infra.stack stop

status: ## each process, and whether it can do its work
	@$(RUN) infra.stack status

logs: ## follow one process: make logs FUNCTION=classify
	@$(RUN) infra.stack logs $(FUNCTION)

redeploy: ## new code for one function, no event lost: make redeploy FUNCTION=classify
	@$(RUN) infra.stack redeploy $(FUNCTION)

test: setup ## every test, in two processes with stacks of their own: much of each is waiting
	@$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: setup ## the figures of docs/benchmarks.md on this machine
	@$(RUN) benchmarks

evaluate: setup ## how often the recipes are right, into docs/accuracy.md: make evaluate DATA=folder
	@$(RUN) benchmarks.accuracy $(DATA)

lint: setup ## style and types
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
