# Thin: tasks.py does the work, so that a machine without make has the same commands.
# `make test ARGS="-k draw"` passes ARGS through.
PYTHON ?= python3

.PHONY: demo test lint bench validate docs setup ci

demo test lint bench validate docs setup ci:
	@$(PYTHON) tasks.py $@ $(ARGS)
