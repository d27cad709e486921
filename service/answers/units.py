"""Whether a figure has the unit that is asked for, or one that measures the same."""

from __future__ import annotations

from service.figures import DATE, Figure
from service.units import alike, unit_class


def fits(figure: Figure, unit: str, sentence: str) -> bool:
    """Whether ``figure`` has the asked unit."""
    if unit in (figure.unit, figure.text[-len(unit) :]):
        return True
    # “19个部门” is counted in 个 and asked for as 几个部门.
    return figure.unit == "个" and sentence.startswith(unit, figure.span.end)


def nearly_fits(figure: Figure, unit: str) -> bool:
    """Whether ``figure`` measures the same in another unit: 件 for 封, a year for a date; a change that is asked for in
    points may be told in per cent."""
    if unit == DATE:
        return figure.is_year
    if unit == "个":
        return unit_class(figure.unit) in ("things", "people")
    if unit == "人" and not figure.unit:
        return figure.text[-1] in "万亿"  # 3451.9万农村居民
    return alike(figure.unit, unit) or (figure.unit, unit) == ("%", "个百分点")
