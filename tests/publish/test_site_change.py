"""What would change a verdict: margins, more items, quorum, what is blocked; worked by hand."""

from dataclasses import replace

import pytest

from qadam.publish.site.change import change
from qadam.publish.site.known import Known
from qadam.terms import Rule, SystemVerdict, Zone


def said(invented, *, value, low, high, outcome, rule=None, **more):
    study = invented.invented_study()
    rule = rule or replace(invented.RULE, supported=Zone(3, 5), refuted=(Zone(high=2),), of=(), at_least=1)
    protocol = replace(study.protocols["laptop"], rule=rule)
    evidence = invented.invented_evidence()
    effect = invented.measurement("tax_whitespace", value, low=low, high=high, n=400)
    by_system = more.pop("by_system", ())
    verdict = replace(evidence.verdict, outcome=outcome, effect=value, low=low, high=high, by_system=by_system)
    evidence = replace(evidence, verdict=verdict, measurements=(effect,), blocked=more.pop("blocked", ()))
    known = Known(replace(study, protocols={"laptop": protocol}), evidence, **more)
    return [text if isinstance(text, str) else text["en"] for text in change(known)]


def test_how_far_a_supported_verdict_is_from_its_bound(invented):
    (text,) = said(invented, value=3.4, low=3.3, high=3.5, outcome="supported")
    assert "[3.3, 3.5]" in text and "[3, 5]" in text and "0.3 away" in text


def test_a_refuted_verdict_is_held_against_the_zone_that_refutes(invented):
    (text,) = said(invented, value=1.5, low=1.4, high=1.6, outcome="refuted")
    assert "≤ 2" in text and "0.4 away" in text


def test_how_many_more_items_would_decide(invented):
    # Half width 0.4, the value lies 0.2 inside the zone: four times as many items halve the interval to fit.
    texts = said(invented, value=3.2, low=2.8, high=3.6, outcome="inconclusive")
    assert "in none of the zones" in texts[0] and "4.0 times as many items (1600)" in texts[1]


def test_between_the_zones_more_items_do_not_help(invented):
    texts = said(invented, value=2.5, low=2.4, high=2.6, outcome="inconclusive")
    assert "more items would not decide" in texts[1]


def test_quorum_smallest_blocked_and_old_protocol(invented):
    systems = tuple(SystemVerdict(s, "supported", 3.4, 3.3, 3.5, 0.01) for s in ("llama-3", "qwen2.5"))
    systems += (SystemVerdict("o200k_base", "refuted", 1.9, 1.8, 2.0, 1.0),)
    rule: Rule = invented.RULE
    more = {"by_system": systems, "blocked": invented.invented_evidence().blocked, "current": False}
    texts = said(invented, value=3.4, low=3.3, high=3.5, outcome="supported", rule=rule, **more)
    assert "2 of 3 systems and 2 agree: at least 1" in texts[1]
    assert "o200k_base: 1.9 [1.8, 2.0]" in texts[2]
    assert "sozkz-50k, sherkala" in texts[3]
    assert "protocol was changed" in texts[4]


@pytest.mark.parametrize("profile", ["sample"])
def test_a_demonstration_has_nothing_to_change(invented, profile):
    assert change(Known(invented.invented_study(), invented.invented_evidence(profile))) == []
    assert change(Known(invented.invented_study())) == []
