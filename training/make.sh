#!/bin/sh
# Make models/continuo-demo.gguf anew, from nothing:      training/make.sh CORPUS_FOLDER
# Only the last stage, on from an earlier file:           training/make.sh CORPUS_FOLDER FILE.gguf
# Try the whole way in less than two minutes, tiny sizes: training/make.sh --smoke
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
out="${OUT:-training/out}"
export OMP_NUM_THREADS=1 # the trainer's workers are its threads

if [ "${1:-}" = --smoke ]; then
  out="$out/smoke"
  sizes="--width 64 --layers 2 --hidden 128 --every 2"
  "$python" -m training.train --out "$out/first" --steps 4 $sizes
  "$python" -m training.train --out "$out/last" --steps 4 $sizes --start "$out/first" --fading 0
  "$python" -m training.export --run "$out/first" "$out/last" --to "$out/continuo-demo.gguf"
  "$python" -m training.offline --run "$out/continuo-demo.gguf" --cases 2 --wrong 0
  exit
fi

corpus="${1:?usage: training/make.sh CORPUS_FOLDER [FILE.gguf] | --smoke}"
start="${2:-}"
if [ -z "$start" ]; then
  # The first stage: long, drills and copying at first, then everything.
  start="$out/first"
  "$python" -m training.train --corpus "$corpus" --out "$start" --steps 5000 --compile
fi
# The last stage: a fresh start of the rate on weights that know most of it already, and a long fall of it.
"$python" -m training.train --corpus "$corpus" --out "$out/last" --steps 1900 --batch 8 --compile --start "$start" --fading 0 --seed 13
"$python" -m training.export --run "$out/last" --to models/continuo-demo.gguf
"$python" -m training.evaluate
"$python" -m training.compare
