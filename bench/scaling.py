#!/usr/bin/env python3
"""This engine alone: time by size of the input and number of threads, and where its memory is.

    ~/.cache/dpt-peers/bin/python bench/scaling.py --threads 1,2 --json out/scaling.json

Every size and number of threads has a process of its own in every round; figures are medians over
the rounds. efficiency: the time of the first number of threads over that of this one, by the ratio
of the numbers (1: twice the threads, half the time). GMAC: multiply-adds of the layers, however
computed. Memory in 10^6 bytes: the weight file, the weights in the kernels' layouts, the values
between the layers, and the largest resident size.
"""

from measuring import (
    CASES, OURS, Refusals, bench_ours, common_arguments, over_rounds, positives, prepare, progress,
    run_main, save_report, start_report, table,
)  # fmt: skip

MEMORY = ("weights_mb", "constants_mb", "activations_mb", "peak_mb")


def measure(options, case, folder, precision, refusals):
    """{(size, threads): its rounds}, those that ran in all of them."""
    model = folder / "weights.safetensors"
    settings = [(size, threads) for size in options.sizes for threads in options.threads]
    rounds = {setting: [] for setting in settings}
    for number in range(options.rounds):
        for size, threads in settings:
            progress(f"{case.name}, {precision}, round {number + 1}/{options.rounds}: {size}, {threads} threads")
            where = {"case": case.name, "class": precision}
            arguments = (options.dpt, model, (size, size), threads, precision, options.runs)
            result = refusals.attempt(where, OURS, bench_ours, *arguments)
            rounds[size, threads] += [result] if result else []
    return {setting: r for setting, r in rounds.items() if len(r) == options.rounds}


def summaries(case, precision, measured):
    """One entry for each size and number of threads."""
    results = []
    for (size, threads), rounds in measured.items():
        result = {"case": case.name, "class": precision, "precision": rounds[0]["precision"], "size": size}
        result |= {"threads": threads, "gmac": rounds[0]["gmac"], "median_ms": over_rounds(rounds, "median_ms")}
        result["ms_per_gmac"] = result["median_ms"] / result["gmac"]
        result |= {key: over_rounds(rounds, key, max) for key in MEMORY}
        base = next((r for r in results if r["size"] == size), result)
        result["efficiency"] = base["median_ms"] * base["threads"] / (result["median_ms"] * threads)
        results.append(result)
    return results


def print_results(case, precision, results):
    ran = ", ".join(sorted({r["precision"] for r in results}))
    print(f"\n{case.name}, {precision} ({ran})\n")
    columns = {"size": ("size", "d"), "threads": ("threads", "d"), "gmac": ("GMAC", ".1f")}
    columns |= {"median_ms": ("median ms", ".0f"), "ms_per_gmac": ("ms/GMAC", ".2f")}
    columns |= {"efficiency": ("efficiency", ".2f")}
    columns |= {key: (f"{key.removesuffix('_mb')} MB", ".0f") for key in MEMORY}
    print(table(columns.values(), ([r[key] for key in columns] for r in results)))


def main():
    parser = common_arguments(__doc__, ["hybrid-depth-384", "large-depth-384"], ["fp32"])
    parser.add_argument("--sizes", type=positives, default=[256, 384, 512, 768, 1024], help="sides of square inputs")
    options = parser.parse_args()
    report = {**start_report(options), "results": []}
    refusals = Refusals()
    for case in (CASES[name] for name in options.cases):
        folder, _ = prepare(options.cache, options.golden, case)
        for precision in options.precision:
            results = summaries(case, precision, measure(options, case, folder, precision, refusals))
            progress("")
            if results:
                print_results(case, precision, results)
            report["results"] += results
            save_report(options, report, refusals)
    return 1 if refusals.any_failed else 0


if __name__ == "__main__":
    run_main(main)
