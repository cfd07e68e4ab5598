"""--shard auto: every picture in exactly one share, whatever started the processes, or a refusal that says why."""

import unittest

from support import TINY, CliTest

PICTURES = 7


def slurm_array(ids, step=1, **others):
    """What Slurm tells the tasks of an array."""
    common = {
        "SLURM_JOB_ID": "100",
        "SLURM_ARRAY_TASK_COUNT": str(len(ids)),
        "SLURM_ARRAY_TASK_MIN": str(min(ids)),
        "SLURM_ARRAY_TASK_MAX": str(max(ids)),
        "SLURM_ARRAY_TASK_STEP": str(step),
        "SLURM_PROCID": "0",  # a batch script has it without srun
        **others,
    }
    return [common | {"SLURM_ARRAY_TASK_ID": str(i)} for i in ids]


def ranks(index, count, size, begin=0, **others):
    return [{index: str(i + begin), **({count: str(size)} if count else {}), **others} for i in range(size)]


class Shards(CliTest):
    def setUp(self):
        super().setUp()
        for i in range(PICTURES):
            self.picture(f"in/{i}.png")
        self.command = ["depth", "in", "-m", TINY / "vit-depth", "--no-color", "-q", "-j", "1", "-t", "1"]

    def shares(self, processes):
        """The names of each process's results."""
        found = []
        for i, variables in enumerate(processes):
            self.dpt(*self.command, "-o", f"{i}/", "--shard", "auto", variables=variables)
            found.append(self.files(str(i)))
            for name in found[-1]:
                (self.folder / str(i) / name).unlink()
        return found

    def refused(self, text, variables):
        self.fails(2, "--shard auto: " + text, *self.command, "-o", "no/", "--shard", "auto", variables=variables)
        self.assertNotIn("no", {name.split("/")[0] for name in self.files()})

    def test_every_picture_is_in_one_share(self):
        srun = {"SLURM_STEP_NUM_TASKS": "2", "SLURM_NTASKS": "2"}
        two_levels = [
            task | {"SLURM_PROCID": str(p)} for task in slurm_array([1, 3, 5], 2, **srun) for p in (0, 1)
        ]
        kinds = {
            "slurm 0-6:2": slurm_array([0, 2, 4, 6], 2),
            "slurm 1-9:3": slurm_array([1, 4, 7], 3),
            "slurm 5-6": slurm_array([5, 6]),
            "slurm 4": slurm_array([4]),
            "slurm 3,7 with their step": slurm_array([3, 7], 4),
            "slurm, one process asked for": slurm_array([0, 1], SLURM_NTASKS="1"),
            "slurm 1-5:2 with two processes each": two_levels,
            "srun of fewer tasks than the job has": ranks(
                "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", 3, SLURM_NTASKS="8", SLURM_JOB_ID="1"
            ),
            "mpirun in a batch script": ranks(
                "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", 3, SLURM_PROCID="0", SLURM_NTASKS="8", SLURM_JOB_ID="1"
            ),
            "MPICH": ranks("PMI_RANK", "PMI_SIZE", 2),
            "MVAPICH": ranks("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE", 2),
            "Kubernetes": ranks("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 9),
            "AWS Batch": ranks("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", 3),
            "Grid Engine -t 1-10:4": [
                {"SGE_TASK_ID": i, "SGE_TASK_FIRST": "1", "SGE_TASK_LAST": "10", "SGE_TASK_STEPSIZE": "4"}
                for i in ("1", "5", "9")
            ],
            "Grid Engine without an array": ranks("PMI_RANK", "PMI_SIZE", 2, SGE_TASK_ID="undefined"),
            "LSF without an array": ranks("PMI_RANK", "PMI_SIZE", 2, LSB_JOBINDEX="0"),
        }
        for kind, processes in kinds.items():
            with self.subTest(kind):
                shares = self.shares(processes)
                everything = sorted(name for share in shares for name in share)
                self.assertEqual(everything, [f"{i}.depth.png" for i in range(PICTURES)])
                sizes = [len(share) for share in shares]
                self.assertLessEqual(max(sizes) - min(sizes), 1)

    def test_shares_that_cannot_be_right_are_refused(self):
        for ids in ([3, 7], [0, 1, 5], [2, 4, 8]):
            for variables in slurm_array(ids):
                spread = f"the {len(ids)} tasks from {ids[0]} to {ids[-1]}"
                self.refused(f"{spread} are not spaced evenly (step 1)", variables)
        self.refused("the 2 tasks from 3 to 7", slurm_array([3, 7])[1])
        message = "write --shard i/n, for tasks numbered from 0: --shard $((SLURM_ARRAY_TASK_ID + 1))/n"
        done = self.dpt(*self.command, "--shard", "auto", variables=slurm_array([3, 7])[0], code=2)
        self.assertIn(message, done.stderr.decode())
        task = slurm_array([0, 2, 4, 6], 2)[1]
        for changed, text in (
            ({"SLURM_ARRAY_TASK_ID": "3"}, "SLURM_ARRAY_TASK_ID is 3, expected one of 4 from 0 by 2"),
            ({"SLURM_ARRAY_TASK_ID": "8"}, "SLURM_ARRAY_TASK_ID is 8, expected one of 4 from 0 by 2"),
            ({"SLURM_ARRAY_TASK_ID": "-1"}, "SLURM_ARRAY_TASK_ID is -1, of 4 from 0 to 6: expected numbers"),
            ({"SLURM_ARRAY_TASK_ID": "two"}, "SLURM_ARRAY_TASK_ID is two, of 4 from 0 to 6: expected numbers"),
            ({"SLURM_ARRAY_TASK_COUNT": "4.0"}, "SLURM_ARRAY_TASK_ID is 2, of 4.0 from 0 to 6: expected numbers"),
            ({"SLURM_ARRAY_TASK_STEP": "0"}, "the 4 tasks from 0 to 6 are not spaced evenly (step 0)"),
            ({"SLURM_ARRAY_TASK_MAX": "1", "SLURM_ARRAY_TASK_MIN": "2"}, "the 4 tasks from 2 to 1 are not"),
            ({"SLURM_ARRAY_TASK_COUNT": ""}, "SLURM_ARRAY_TASK_ID is set, but SLURM_ARRAY_TASK_COUNT is not; set it"),
            ({"SLURM_NTASKS": "4"}, "SLURM_NTASKS is 4, and this is the batch script, which runs once; start dpt by"),
            ({"JOB_COMPLETION_INDEX": "0"}, "both SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX are set"),
            ({"PARALLEL_SEQ": "1"}, "both SLURM_ARRAY_TASK_ID and PARALLEL_SEQ are set"),
        ):
            self.refused(text, task | changed)
        for name in ("PBS_ARRAY_INDEX", "PBS_ARRAYID", "LSB_JOBINDEX", "PARALLEL_SEQ", "SGE_TASK_ID"):
            alone = f"{name} says which task this is, but nothing says of how many; write --shard i/n"
            self.refused(alone, {name: "1"})
        self.refused("JOB_COMPLETION_INDEX is set, but JOB_COMPLETIONS is not; set it", {"JOB_COMPLETION_INDEX": "1"})
        self.refused("PMI_RANK is set, but PMI_SIZE is not", {"PMI_RANK": "1"})
        self.refused("SLURM_PROCID is set, but SLURM_NTASKS is not", {"SLURM_PROCID": "1"})
        huge = str(2**63)
        self.refused(
            f"SLURM_ARRAY_TASK_ID is 0, expected one of {huge} from 0",
            {"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": huge, "PMI_RANK": "0", "PMI_SIZE": "2"},
        )
        many = {"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "10000", "PMI_RANK": "0", "PMI_SIZE": "10000"}
        self.refused("100000000 shares, expected at most 1000000", many)


if __name__ == "__main__":
    unittest.main()
