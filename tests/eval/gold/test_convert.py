"""Public formats become gold files whose evidence stands in the reports that come with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.errors import GoldError
from eval.gold.check import check
from eval.gold.convert import FORMATS, convert
from eval.gold.convert.converted import Converted, Names, language_of
from eval.gold.load import RETRIEVAL_ONLY, load_gold, read_lines
from eval.gold.types import GoldItem
from eval.studies.pools import read_reports

CONTEXT = "甲市去年粮食总产量60万吨。乙县粮食总产量9万吨，比上年多1万吨。\n甲市还修了9万吨级码头。"


def answer(text: str, start: int | None = None, context: str = CONTEXT) -> dict[str, Any]:
    return {"text": text, "answer_start": context.index(text) if start is None else start}


def squad(tmp_path: Path, *qas: dict[str, Any], context: str = CONTEXT) -> Path:
    path = tmp_path / "squad.json"
    data = [{"title": "甲市/2022年", "paragraphs": [{"context": context, "qas": list(qas)}]}]
    path.write_text(json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False), encoding="utf-8")
    return path


def converted(form: str, path: Path, tmp_path: Path) -> tuple[list[GoldItem], Converted]:
    """What was written, after it passed the check over the reports that were written beside it."""
    out, reports = tmp_path / "out.jsonl", tmp_path / "reports"
    done = convert(form, path, out, reports)
    assert check(read_lines(out), read_reports([reports])) == []
    return load_gold(out), done


def test_squad_gives_reports_evidence_and_the_impossible(tmp_path: Path) -> None:
    first = {"id": "q1", "question": "甲市收了多少粮食？", "answers": [answer("60万吨"), answer("粮食总产量60万吨")]}
    second = {"id": 2, "question": "How much did Yi County harvest?", "answers": [answer("9万吨")] * 2}
    third = {"id": "q3", "question": "丙镇收了多少粮食？", "answers": [answer("60万吨")], "is_impossible": True}
    items, done = converted("squad", squad(tmp_path, first, second, third), tmp_path)
    (name,) = done.reports
    assert "/" not in name
    assert (tmp_path / "reports" / name).read_text(encoding="utf-8") == CONTEXT
    assert [(item.id, item.type, item.lang, item.answers, item.evidence) for item in items] == [
        ("q1", "fact", "zh", ("60万吨", "粮食总产量60万吨"), ("甲市去年粮食总产量60万吨。",)),
        ("2", "fact", "en", ("9万吨",), ("乙县粮食总产量9万吨，比上年多1万吨。",)),
        ("q3", "unanswerable", "zh", (), ()),
    ]
    assert {item.part for item in items} == {name}
    assert done.notes == ()


def test_a_wrong_answer_start_is_put_right_by_the_nearest_place_and_told(tmp_path: Path) -> None:
    near_the_end = len(CONTEXT) - 8
    items, done = converted(
        "squad",
        squad(
            tmp_path,
            {"id": "q1", "question": "码头多大？", "answers": [answer("9万吨", near_the_end)]},
            {
                "id": "q2",
                "question": "产量多少？",
                "answers": [answer("60万吨"), answer("60万吨", -3), answer("码头。", -3), answer("六成", 1)],
            },
            {"id": "q3", "question": "人口多少？", "answers": [answer("三百万", 5)]},
        ),
        tmp_path,
    )
    assert [item.evidence for item in items] == [("甲市还修了9万吨级码头。",), ("甲市去年粮食总产量60万吨。",)]
    assert items[1].answers == ("60万吨", "码头。", "六成")
    assert done.notes == (
        "answer_start was wrong for 3 of 6 answers; the nearest place was taken",
        "2 of 6 answers stand nowhere in their paragraph; they are kept as wording",
        "1 questions were left out, no answer stands in their paragraph: q3",
    )


def test_an_answer_over_several_sentences_has_all_of_them_as_evidence(tmp_path: Path) -> None:
    wanted = "60万吨。乙县粮食"
    question = {"id": "q1", "question": "写了什么？", "answers": [answer(wanted)]}
    (item,), _ = converted("squad", squad(tmp_path, question), tmp_path)
    assert item.evidence == ("甲市去年粮食总产量60万吨。乙县粮食总产量9万吨，比上年多1万吨。",)


def test_where_most_answers_stand_is_the_evidence(tmp_path: Path) -> None:
    question = {
        "id": "q1",
        "question": "产量多少？",
        "answers": [answer("60万吨"), answer("1万吨", CONTEXT.index("1万吨")), answer("9万吨")],
    }
    (item,), _ = converted("squad", squad(tmp_path, question), tmp_path)
    assert item.evidence == ("乙县粮食总产量9万吨，比上年多1万吨。",)


def test_evidence_is_what_the_reader_keeps_of_a_paragraph(tmp_path: Path) -> None:
    context = "甲\u200b市粮食60万吨。\r\n\u200b乙县粮食\u200b9万吨。"
    question = {"id": "q1", "question": "乙县多少？", "answers": [answer("9万吨", context=context)]}
    (item,), done = converted("squad", squad(tmp_path, question, context=context), tmp_path)
    assert (item.evidence, done.notes) == (("乙县粮食9万吨。",), ())


def test_the_plain_form_of_cmrc_2018_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cmrc.json"
    question = {"query_id": "DEV_0_QUERY_0", "query_text": "甲市收了多少粮食？", "answers": ["60万吨", "60万吨"]}
    held = [{"context_id": "DEV_0", "context_text": CONTEXT, "qas": [question], "title": "甲市"}]
    path.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    (item,), done = converted("squad", path, tmp_path)
    assert (item.id, item.part, item.answers) == ("DEV_0_QUERY_0", "甲市-DEV_0.txt", ("60万吨",))
    assert (item.evidence, done.notes) == (("甲市去年粮食总产量60万吨。",), ())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not in the form of SQuAD: this is not JSON"),
        ('{"rows": []}', 'is not in the form of SQuAD: "data" is missing'),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', '"data[0].paragraphs[0].context" is missing'),
        (
            '{"data": [{"paragraphs": [{"context": "a", "qas": [{"id": "1", "question": "?", "answers": 5}]}]}]}',
            '"data[0].paragraphs[0].qas[0].answers" is 5, and must be a list',
        ),
        (
            '{"data": [{"paragraphs": [{"context": "a", "qas": [{"id": "x7", "question": "?"}]}]}]}',
            "question x7 has no answers, and is not marked as impossible",
        ),
        (
            '{"data": [{"paragraphs": [{"context": "a", "qas": '
            '[{"id": "x", "question": "?", "is_impossible": true}, '
            '{"id": "x", "question": "!", "is_impossible": true}]}]}]}',
            "these stand there more than once: x",
        ),
        (
            '{"data": [{"title": "t", "paragraphs": [{"context": "a", "qas": []}]}, '
            '{"title": "t", "paragraphs": [{"context": "b", "qas": []}]}]}',
            "two paragraphs are called t-1",
        ),
        ('{"data": []}', "gives no question"),
    ],
)
def test_what_is_no_squad_is_refused_with_the_place(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError) as refused:
        convert("squad", path, tmp_path / "out.jsonl")
    assert str(path) in str(refused.value)
    assert told in str(refused.value)
    assert not (tmp_path / "out.jsonl").exists()


DOCUMENTS = (
    {"_id": "d/1", "title": "甲市报告", "text": "甲市粮食总产量60万吨。\n办结案件三件。"},
    {"_id": "d_1", "title": "", "text": "乙县粮食总产量9万吨。"},
    {"_id": 3, "text": "丙镇没有粮食。"},
)


def retrieval_set(folder: Path, form: str) -> Path:
    """The same queries, documents and judgements as BEIR and as TREC have them."""
    (folder / "qrels").mkdir(parents=True)
    lines = "\n".join(json.dumps(document, ensure_ascii=False) for document in DOCUMENTS)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    judged = [("q1", "d/1", 2), ("q1", "3", 0), ("q2", "d_1", 1), ("q2", "3", 1), ("q3", "d_1", 0)]
    questions = {"q1": "甲市收了多少粮食？", "q2": "Which places are small?", "q3": "没有判断？"}
    if form == "beir":
        rows = "\n".join(f"{query}\t{document}\t{grade}" for query, document, grade in judged)
        (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}\n", encoding="utf-8")
        queries = [json.dumps({"_id": query, "text": text}, ensure_ascii=False) for query, text in questions.items()]
        (folder / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    else:
        rows = "\n".join(f"{query} 0 {document} {grade}" for query, document, grade in judged)
        (folder / "qrels.txt").write_text(rows, encoding="utf-8")
        topics = "".join(f"{query}\t{text}\n" for query, text in questions.items())
        (folder / "topics.tsv").write_text(topics, encoding="utf-8")
    return folder


@pytest.mark.parametrize("form", ["beir", "trec"])
def test_relevant_documents_are_the_evidence_and_all_documents_are_reports(tmp_path: Path, form: str) -> None:
    items, done = converted(form, retrieval_set(tmp_path / "set", form), tmp_path)
    assert len(done.reports) == 3
    assert [(item.id, item.lang, item.evidence, item.note) for item in items] == [
        ("q1", "zh", ("甲市报告\n甲市粮食总产量60万吨。\n办结案件三件。",), RETRIEVAL_ONLY),
        ("q2", "en", ("乙县粮食总产量9万吨。", "丙镇没有粮食。"), RETRIEVAL_ONLY),
    ]
    assert items[1].part == "d_1.txt | 3.txt"
    assert "1 queries without a relevant document were left out" in done.notes


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("corpus.jsonl", '{"_id": "1"}', 'corpus.jsonl, line 1: "text" is missing'),
        ("corpus.jsonl", '{"_id": "1", "text": "a"}\n\n{"_id": "1", "text": "b"}', "line 3: the id 1 stands in line 1"),
        ("corpus.jsonl", '{"_id": "9", "text": "a"}', "lacks documents that are judged relevant: 3, d/1, d_1"),
        ("queries.jsonl", '{"_id": "q9", "text": "a"}', "name queries that are not there: q1, q2, q3"),
        ("queries.jsonl", "q1", "queries.jsonl, line 1: this is not JSON"),
        ("qrels/test.tsv", "q1\td/1\t1\nq1\td/1\n", "test.tsv, line 2: qrels have 4 columns"),
        ("qrels/test.tsv", "q1\td/1\tyes\n", "test.tsv, line 1: 'yes' is no number"),
        ("qrels/test.tsv", "q1\td/1\t1\nq1\td/1\t0\n", "line 2: d/1 has the grade 1 for query q1 already"),
    ],
)
def test_what_is_wrong_in_a_beir_set_is_told_with_its_line(tmp_path: Path, file: str, content: str, told: str) -> None:
    folder = retrieval_set(tmp_path / "set", "beir")
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(GoldError) as refused:
        convert("beir", folder, tmp_path / "out.jsonl")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"), [("q1 多少\n", "line 1: a topic is"), ("q1\ta\nq1\tb\n", "line 2: the q")]
)
def test_what_is_wrong_in_topics_is_told_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    folder = retrieval_set(tmp_path / "set", "trec")
    (folder / "topics.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(GoldError) as refused:
        convert("trec", folder, tmp_path / "out.jsonl")
    assert told in str(refused.value)


def test_a_missing_file_and_an_unknown_format_are_told(tmp_path: Path) -> None:
    for form in FORMATS:
        with pytest.raises(GoldError, match="absent"):
            convert(form, tmp_path / "absent", tmp_path / "out.jsonl")
    with pytest.raises(GoldError, match='"docx" is no format that can be converted; take one of squad, beir, trec'):
        convert("docx", tmp_path, tmp_path / "out.jsonl")


def test_reports_that_were_not_asked_for_are_told(tmp_path: Path) -> None:
    question = {"id": "q1", "question": "甲市收了多少？", "answers": [answer("60万吨")]}
    done = convert("squad", squad(tmp_path, question), tmp_path / "out.jsonl")
    assert done.notes == ("1 reports were not written; name a folder for them (--reports)",)


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("行政复议案件有多少件？", "zh"),
        ("臺灣的行政訴訟案件有多少？", "zh-Hant"),
        ("著名的景点有哪些？", "zh"),
        ("誰寫了這部書？", "zh-Hant"),
        ("《Sexy Love》是谁唱的？", "zh"),
        ("What is the 中华人民共和国行政复议法 about, and who wrote it?", "en"),
        ("GDP增长多少？", "zh"),
        ("How many cases did 澜川 hear?", "en"),
        ("2022？", "zh"),
        ("", "zh"),
    ],
)
def test_the_language_is_told_from_the_question(question: str, lang: str) -> None:
    assert language_of(question) == lang


def test_file_names_are_safe_and_different() -> None:
    names = Names()
    keys = ["甲市-1", "甲/市-1", "甲\\市-1", "A", "a", ".hidden", "..", "x" * 300, "一 二", "a|b#篇一"]
    found = [names.file_name(key) for key in keys]
    assert found[0] == "甲市-1.txt"
    assert len({name.casefold() for name in found}) == len(keys)
    for name in found:
        assert not set("/\\|#: ") & set(name)
        assert not name.startswith(".")
        assert len(name.encode()) <= 255
