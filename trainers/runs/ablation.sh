#!/usr/bin/env bash
# Which view teaches execution best? The same release, model and token budget for every view.
#
#   trainers/runs/ablation.sh RELEASE OUT [CRUXEVAL.jsonl]
#
# With a CUDA card: SIZE=full, SmolLM2-135M from the Hub (or MODEL=...), 20 M tokens a view, rows of
# 4096 tokens, then the throughput table. Without one: SIZE=toy, the toy model and a small budget,
# which shows that the script runs and says nothing about views.
set -euo pipefail
release=$1 out=$2
shift 2

PYTHON=${PYTHON:-python}
if "$PYTHON" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then size=full; else size=toy; fi
SIZE=${SIZE:-$size}
VIEWS=${VIEWS:-direct,scratchpad,next,cwm,forward}

case $SIZE in
  full) model=${MODEL:-HuggingFaceTB/SmolLM2-135M} tokens=${TOKENS:-20000000} length=4096 rate=2e-4 ;;
  toy) model=${MODEL:-toy} tokens=${TOKENS:-60000} length=${LENGTH:-768} rate=2e-3 ;;
  *) echo "SIZE is full or toy, not $SIZE" >&2; exit 2 ;;
esac

echo "size $SIZE: $model, $tokens tokens a view" >&2
"$PYTHON" -m pyx.trainers.ablation "$release" "$model" "$out" "$tokens" "$length" "$rate" "$VIEWS" "$@"
cat "$out/ablation.md"
"$PYTHON" "$(dirname "$0")/../../benchmarks/throughput.py" "$SIZE" | tee "$out/throughput.md"
