#!/usr/bin/env bash
# Which view teaches execution best? The same release, model and token budget for every view.
#
#   trainers/runs/ablation.sh RELEASE OUT [CRUXEVAL.jsonl]
#
# With a CUDA card: SIZE=full, SmolLM2-135M from the Hub (or MODEL=...), 20 M tokens a view, rows of
# 4096 tokens, then the throughput table. Without one: SIZE=toy, the toy model, a small budget and the
# first 40 tasks, which shows that the script runs and says nothing about views. Every number here can
# be set from outside, so that the full run can be rehearsed on a small scale without a card:
#
#   SIZE=full MODEL=toy TOKENS=20000 LENGTH=512 LIMIT=4 SHAPES=toy trainers/runs/ablation.sh ...
set -euo pipefail
release=$1 out=$2 cruxeval=${3:-}

PYTHON=${PYTHON:-python}
if "$PYTHON" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then size=full; else size=toy; fi
SIZE=${SIZE:-$size}

case $SIZE in
  full) model=HuggingFaceTB/SmolLM2-135M tokens=20000000 length=4096 rate=2e-4 accumulate=8 limit=0
    shapes=135m,1.3b row=4096 batch=4 sample=1500000 ;;
  toy) model=toy tokens=60000 length=768 rate=2e-3 accumulate=1 limit=40
    shapes=toy row=512 batch=2 sample=20000 ;;
  *) echo "SIZE is full or toy, not $SIZE" >&2; exit 2 ;;
esac

"$PYTHON" -m pyx.trainers.ablation "$release" "$out" --model "${MODEL:-$model}" \
  --views "${VIEWS:-direct,scratchpad,next,cwm,forward}" --tokens "${TOKENS:-$tokens}" \
  --length "${LENGTH:-$length}" --rate "${RATE:-$rate}" --accumulate "${ACCUMULATE:-$accumulate}" \
  --limit "${LIMIT:-$limit}" ${cruxeval:+--cruxeval "$cruxeval"}
cat "$out/ablation.md"
"$PYTHON" "$(dirname "$0")/../../benchmarks/throughput.py" --shapes "${SHAPES:-$shapes}" \
  --length "${ROW:-$row}" --batch "${BATCH:-$batch}" --tokens "${SAMPLE:-$sample}" | tee "$out/throughput.md"
