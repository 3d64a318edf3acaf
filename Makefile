# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0

# Recipes only call scripts/; what a target does is written there.
PREFIX ?= /usr/local

.PHONY: help demo build test fuzz hostile chaos soak memcheck interop reader consumers clients smoke bench install format guides look lint clean

help: ## show this list
	@sed -n 's/^\([a-z]*\): .*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

demo: ## the main job from start to finish against the sandbox, in a folder of its own
	@scripts/demo.sh

build: ## the debug build
	@scripts/build.sh

test: ## format and layering checks, then all tests; FILTER=text runs only the tests that match
	@FILTER='$(FILTER)' scripts/test.sh

fuzz: ## random bytes through every parser, ten million times; RUNS=N, PARSER=name
	@RUNS='$(RUNS)' PARSER='$(PARSER)' scripts/fuzz.sh

hostile: ## every byte of a vault changed, every length cut, every row moved; SHARE=N for some, PART=K/N for a part, STORE=postgres
	@SHARE='$(SHARE)' SEED='$(SEED)' KIND='$(KIND)' PART='$(PART)' VAULT='$(VAULT)' TALLY='$(TALLY)' STORE='$(STORE)' scripts/hostile.sh

chaos: ## rotations, failovers and refreshes among faults and kills; HISTORIES=N, KILLS=N, FAILOVERS=N, REFRESHES=N, CONNECTIONS=N, SEED=N
	@HISTORIES='$(HISTORIES)' KILLS='$(KILLS)' FAILOVERS='$(FAILOVERS)' MACHINES='$(MACHINES)' REFRESHES='$(REFRESHES)' CONNECTIONS='$(CONNECTIONS)' SEED='$(SEED)' scripts/chaos.sh

soak: ## an agent under mixed load with faults, and what that takes of memory; SECONDS=N (3600), CONNECTIONS=N, SEED=N
	@SOAK_SECONDS='$(SECONDS)' CONNECTIONS='$(CONNECTIONS)' SEED='$(SEED)' scripts/soak.sh

memcheck: ## which copies of its secrets an idle process and a locked agent still hold, and where
	@scripts/memcheck.sh

interop: ## only the scenarios against real authorization servers
	@scripts/interop.sh

reader: ## only the independent reader of the vault's format, against the program
	@scripts/reader.sh

consumers: ## only the programs that read what inject writes
	@scripts/consumers.sh

clients: ## only the tools that ask the helpers: botocore, a Kubernetes client and others
	@scripts/clients.sh

smoke: ## the release build, installed into a folder of its own, doing the main job
	@scripts/smoke.sh

bench: ## the benchmarks, as ratios; ROW=name runs one, COUNT=n sets the size of the large vault
	@ROW='$(ROW)' VAULTS='$(VAULTS)' scripts/bench.sh

install: ## the release build, into PREFIX (/usr/local) below DESTDIR
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install.sh

format: ## format all Swift files in place
	@scripts/format.sh

guides: ## docs/rotation, written anew from the catalogue
	@scripts/guides.sh

look: ## pictures of rotation reports by headless Chromium, and pages that attack the proxy; FOLDER=path
	@FOLDER='$(FOLDER)' scripts/look.sh

lint: ## the checks that need no build: format, layering, habits
	@scripts/lint.sh

clean: ## remove what was built
	@scripts/clean.sh
