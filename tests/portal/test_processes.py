import re
import subprocess
import sys

import psutil
import pytest

PROCFILE = "still: exec sleep 600\nloud: while :; do echo hear me; sleep 0.1; done\n"


class TestRun:
    @pytest.mark.parametrize("waits_for", ["still.1 started", "hear me"])
    def test_ends_what_it_started_when_nobody_reads_it_any_more(self, tmp_path, waits_for):
        (tmp_path / "Procfile").write_text(PROCFILE)
        command = [sys.executable, "-m", "portal.processes", "--procfile", tmp_path / "Procfile", "start"]
        started = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as runner:
            for line in runner.stdout:
                started += [psutil.Process(int(pid)) for pid in re.findall(r"started \(pid=(\d+)\)", line)]
                if waits_for in line:
                    break
            runner.stdout.close()
            runner.wait(timeout=60)
        assert started
        assert not psutil.wait_procs(started, timeout=0)[1]
