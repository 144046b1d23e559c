"""A source leads back to everything that leans on it."""

from __future__ import annotations

from service.http.reference import Reference
from service.pages.sources import READ_WORDS, mentions, source_text, source_view


def test_a_source_shows_its_rules_and_the_functions_that_rest_on_it(reference: Reference) -> None:
    source = next(one for one in reference.sources if one.key == "hendrycks2016")
    found = source_view(source, {rule.id: rule for rule in reference.rules}, reference.activations)
    assert [rule.id for rule in found.rules] == list(source.rules)
    assert {"gelu", "gelu_tanh"} <= set(found.functions)
    assert found.mentions[0].name == "gelu"


def test_mentions_are_counted_by_what_is_said_and_the_most_named_come_first(reference: Reference) -> None:
    rules = reference.rules
    found = mentions(rules, reference.activations)
    relu = next(one for one in found if one.name == "relu")
    hidden = [rule for rule in rules if rule.role != "output"]
    assert relu.favourable == sum("relu" in rule.favours and rule.kind != "practice" for rule in hidden)
    assert relu.adverse == sum("relu" in rule.against for rule in hidden)
    assert relu.usual == sum("relu" in (rule.support or {}) for rule in hidden)
    totals = [one.favourable + one.adverse + one.usual for one in found]
    assert totals == sorted(totals, reverse=True)
    assert all(totals)


def test_without_rules_nothing_is_mentioned(reference: Reference) -> None:
    assert mentions((), reference.activations) == ()


def test_a_rule_that_is_not_there_is_left_out(reference: Reference) -> None:
    source = next(one for one in reference.sources if one.rules)
    assert source_view(source, {}, reference.activations).rules == ()


def test_every_way_of_reading_has_words(reference: Reference) -> None:
    assert {one.read for one in reference.sources} <= set(READ_WORDS)


def test_a_search_looks_into_author_year_title_and_key(reference: Reference) -> None:
    source = next(one for one in reference.sources if one.key == "hendrycks2016")
    assert all(word in source_text(source) for word in ("hendrycks", "2016", "gelu", "arxiv"))
