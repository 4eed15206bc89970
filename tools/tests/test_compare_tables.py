import unittest

import loading  # noqa: F401  (finds bench/compare)
from cases import CASES, METRICS, TARGETS
from tables import case_table, target_table

BULK = next(case for case in CASES if case.name == "bulk-1")


def runs(*figures):
    return [{"cpu_s_per_gb": cpu, "gbit_s": rate} for cpu, rate in figures]


RESULTS = {
    "ringcat": runs((0.2, 17), (0.1, 18), (0.4, 16)),
    "ringcat-copy": runs((0.40, 22)),
    "haproxy-splice": runs((0.25, 16)),
    "haproxy-copy": runs((0.35, 20)),
    "nginx-256k": runs((0.45, 23)),
    "direct": [{"gbit_s": 40}],
}


def rows(lines):
    return {line.split()[0]: line for line in lines[1:] if line and not line.startswith(" ")}


class Tables(unittest.TestCase):
    def test_a_row_has_the_median_the_spread_and_the_ratio_to_the_best_peer(self):
        row = rows(case_table(BULK, RESULTS))["ringcat"]
        self.assertIn("0.200 (0.100–0.400)  0.80", row)
        self.assertIn("17.0 (16.0–18.0)  0.74", row)

    def test_a_reference_is_no_peer(self):
        row = rows(case_table(BULK, RESULTS))["direct"]
        self.assertIn("40.0 (40.0–40.0)", row)
        self.assertNotIn("1.74", row)

    def test_targets_compare_with_the_rivals_they_name(self):
        judged = [line for line in target_table({"bulk-1": RESULTS}) if line.startswith("bulk-1")]
        self.assertEqual(len(judged), 4)
        splice_cpu, rate, copy_rate, copy_cpu = judged
        self.assertRegex(splice_cpu, r"≤ 0\.21\d +0\.200 +holds")    # 0.85 × 0.25
        self.assertRegex(rate, r"≥ 16\.0 +17\.0 +holds")
        self.assertRegex(copy_rate, r"≥ 21\.\d +22\.0 +holds")       # 0.95 × 23
        self.assertRegex(copy_cpu, r"≤ 0\.450 +0\.400 +holds")       # of nginx, the fastest copier
        slower = RESULTS | {"ringcat": runs((0.3, 10))}
        judged = [line for line in target_table({"bulk-1": slower}) if "missed" in line]
        self.assertEqual(len(judged), 2)

    def test_targets_name_cases_contestants_and_metrics_that_exist(self):
        contestants = {case.name: case.contestants for case in CASES}
        for target in TARGETS:
            with self.subTest(target):
                self.assertIn(target.metric, METRICS)
                self.assertIn(target.contestant, contestants[target.case])
                self.assertTrue(set(target.rivals) & set(contestants[target.case]))


if __name__ == "__main__":
    unittest.main()
