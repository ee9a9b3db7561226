# Everything to be done with the repository. The work itself is in tools/.
.PHONY: help run dev quick test check record bench torture rows setup clean

help: ## what can be asked for
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 12

run: ## build and start the console with demonstration data
	@tools/run.sh

dev: ## start it for work on the code: rebuilt and reloaded on every change
	@tools/dev.sh

quick: ## every check and every test without a browser, before each commit
	@tools/quick.sh

test: ## every check and every test, as the continuous integration runs them
	@tools/test.sh

check: ## formatting, lints, colours, imports, numbers and links
	@tools/check.sh

record: ## write down again what the API answers, for the tests of the app
	@RECORD=1 cargo test --quiet -p server --test server recorded_answers && git diff --stat -- tests/answers

bench: ## sizes and times
	@tools/bench.sh

torture: ## kills, replacements and strange input on both engines; takes about half an hour
	@tools/torture.sh

rows: ## what the product promises and no test shows yet, and whether all numbers and links hold
	@node tools/rows.mjs

setup: ## install what builds and tests need, without running them
	@tools/setup.sh --tests

clean: ## remove build output; keeps the database and the installed tools
	@tools/clean.sh
