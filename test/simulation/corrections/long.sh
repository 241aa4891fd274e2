#!/bin/sh
# 5,000 histories per event store, of each of the two kinds. A process keeps much of what it has played, so each plays 250 of them.
set -e
for seed in $(seq 1 250 4751); do
  CORRECTIONS=250 COVERED=250 SEED="$seed" FIGURES="${FIGURES:-simulation-figures.txt}" npx jest test/simulation/corrections
done
