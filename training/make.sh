#!/bin/sh
# Make models/continuo-demo.gguf anew:  training/make.sh CORPUS_FOLDER
# Try the whole way in a minute or two: training/make.sh --smoke
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
out="${OUT:-training/out}"
export OMP_NUM_THREADS=1 # the trainer's workers are its threads

if [ "${1:-}" = --smoke ]; then
  out="$out/smoke"
  "$python" -m training.train --out "$out" --steps 6 --every 2 --width 64 --layers 2 --hidden 128
  "$python" -m training.export --run "$out" --to "$out/continuo-demo.gguf"
  "$python" -m training.offline --run "$out" --cases 2 --wrong 0
  exit
fi

corpus="${1:?usage: training/make.sh CORPUS_FOLDER | --smoke}"
"$python" -m training.train --corpus "$corpus" --out "$out"
"$python" -m training.export --run "$out" --to models/continuo-demo.gguf
"$python" -m training.evaluate
