"""Samples into tables: the median, the spread (lowest to highest), the ratio to the best peer."""

from statistics import median

from cases import CASES, METRICS, REFERENCES, TARGETS


def best(metric, values):
    return min(values) if METRICS[metric].lower_is_better else max(values)


def medians(results, metric, names):
    """The median of `metric` for each of `names` that has samples of it."""
    return {name: median(samples) for name in names
            if (samples := [run[metric] for run in results.get(name, []) if metric in run])}


def case_table(case, results):
    """The lines of one case; `results` is contestant → list of runs, each metric → figure. `×` is
    the ratio to the best peer."""
    metrics = [name for name in METRICS
               if any(name in run for runs in results.values() for run in runs)]
    rows = [[""] + [cell for name in metrics for cell in (METRICS[name].title, "×")]]
    for contestant in case.contestants:
        if results.get(contestant):
            cells = [cell for metric in metrics for cell in _cells(metric, contestant, results)]
            rows.append([contestant, *cells])
    return [case.title, *_align(rows)]


def _cells(metric, contestant, results):
    samples = [run[metric] for run in results[contestant] if metric in run]
    if not samples:
        return "–", ""
    digits = METRICS[metric].digits
    middle = median(samples)
    text = f"{middle:.{digits}f} ({min(samples):.{digits}f}–{max(samples):.{digits}f})"
    peers = [name for name in results
             if name not in REFERENCES and not name.startswith("ringcat")]
    rivals = medians(results, metric, peers).values()
    if not rivals or contestant in REFERENCES:
        return text, ""
    return text, f"{middle / best(metric, rivals):.2f}"


def target_table(results):
    """What the project asks of itself, for the cases that ran."""
    rows = [["Asked of ringcat", "metric", "limit", "measured", ""]]
    for target in TARGETS:
        found = _judge(target, results.get(target.case, {}))
        if found:
            limit, measured = found
            metric = METRICS[target.metric]
            holds = measured <= limit if metric.lower_is_better else measured >= limit
            sign = "≤" if metric.lower_is_better else "≥"
            rows.append([f"{target.case}, {target.contestant}", metric.title,
                         f"{sign} {limit:.{metric.digits}f}", f"{measured:.{metric.digits}f}",
                         "holds" if holds else "missed"])
    return _align(rows) if len(rows) > 1 else []


def _judge(target, results):
    """(limit, measured) of one target, or nothing where a side of it was not measured."""
    own = medians(results, target.metric, [target.contestant])
    rivals = medians(results, target.metric, target.rivals)
    if not own or not rivals:
        return None
    if target.of_rival_best_in:
        ranking = medians(results, target.of_rival_best_in, target.rivals)
        champion = best(target.of_rival_best_in, ranking.values())
        rivals = {name: rivals[name] for name in ranking if ranking[name] == champion}
    return target.factor * best(target.metric, rivals.values()), own[target.contestant]


def report(results):
    lines = []
    for case in CASES:
        if case.name in results:
            lines += [*case_table(case, results[case.name]), ""]
    return "\n".join(lines + target_table(results))


def _align(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
            for row in rows]
