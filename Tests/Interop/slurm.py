"""A real Slurm on this one machine: munge, a controller and two nodes, each a process of its own, on ports and in a folder of their own."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from processes import wait_until

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "srun")

CONFIGURATION = """
ClusterName=platonic
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job waits until the credentials of its earlier life have expired: two minutes where nothing is said. Longer than KillWait, or
# it could meet itself on its node.
AuthInfo=socket={folder}/munge.socket,cred_expire=18
CredType=cred/munge
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/%n
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/controller.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,sched_min_interval=100000,batch_sched_delay=1,bf_interval=2,requeue_setup_env_fail
PriorityType=priority/basic
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
JobRequeue=1
OverTimeLimit=0
KillWait=12
MinJobAge=60
InactiveLimit=0
SlurmctldTimeout=30
SlurmdTimeout=30
CompleteWait=0
UnkillableStepTimeout=60
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=8000
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 RealMemory=8000
PartitionName=work Nodes=node1,node2 Default=YES MaxTime=60 DefaultTime=10 DefMemPerCPU=1000 State=UP OverSubscribe=NO
PartitionName=urgent Nodes=node1,node2 PriorityTier=10 MaxTime=60 DefaultTime=10 DefMemPerCPU=100 State=UP OverSubscribe=NO
"""


def free_ports(count):
    """Ports that nobody has at the moment, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Slurm:
    """Started by `start`, and ended by `end` whatever happened in between."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="platonic-slurm-", dir="/tmp"))
        self.daemons = []
        self.environment = {"SLURM_CONF": str(self.folder / "slurm.conf")}

    @staticmethod
    def obstacle():
        """Why there can be no Slurm here; None where there can."""
        search = os.environ["PATH"] + ":/usr/sbin:/sbin"
        missing = [name for name in PROGRAMS if not shutil.which(name, path=search)]
        if missing:
            return f"Slurm's programs are not installed: {', '.join(missing)} (apt-get install slurm-wlm munge)"
        return "Slurm's daemons need root" if os.geteuid() != 0 else None

    def spawn(self, name, *command):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("SLURM_", "SBATCH_"))}
        environment["PATH"] += ":/usr/sbin:/sbin"
        with (self.folder / f"{name}.out").open("ab") as output:
            daemon = subprocess.Popen(
                [str(word) for word in command], env=environment | self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self.daemons.append((name, daemon))
        # For scripts/test-cluster, which takes them down where this process cannot any more.
        if record := os.environ.get("PLATONIC_DAEMON_IDS"):
            with open(record, "a") as file:
                file.write(f"{daemon.pid}\n")

    def start(self):
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        host = socket.gethostname().partition(".")[0]
        text = CONFIGURATION.format(folder=self.folder, host=host, ports=free_ports(3))
        (self.folder / "slurm.conf").write_text(text)
        for name in ("controller", "node1", "node2"):
            (self.folder / name).mkdir()
        files = [f"--{kind}-file={self.folder}/munge.{kind}" for kind in ("key", "pid", "log", "seed")]
        self.spawn("munged", "munged", "--foreground", "--force", f"--socket={self.folder}/munge.socket", *files)
        wait_until(lambda: (self.folder / "munge.socket").exists(), self.logs, patience=30, pause=0.05)
        self.spawn("slurmctld", "slurmctld", "-D", "-c")
        for node in ("node1", "node2"):
            self.spawn(node, "slurmd", "-D", "-N", node)
        wait_until(lambda: self.nodes() == ["idle", "idle"], self.logs, patience=60, pause=0.2)

    def run(self, *command, check=True, **options):
        """Runs one of Slurm's commands and returns what it prints."""
        environment = os.environ | self.environment
        result = subprocess.run(
            [str(word) for word in command], env=environment, capture_output=True, text=True, timeout=60, **options
        )
        assert not check or result.returncode == 0, f"{command}: {result.stderr}"
        return result.stdout.strip()

    def nodes(self):
        return self.run("sinfo", "--noheader", "--Node", "--partition=work", "--format=%T", check=False).split()

    def jobs(self, *options):
        """Jobs that are not over, as (id, state, name)."""
        lines = self.run("squeue", "--noheader", "--format=%A %T %j", *options).splitlines()
        return [tuple(line.split(maxsplit=2)) for line in lines]

    def state(self, job):
        """The state of a job, also of one that is over."""
        return self.run("squeue", "--noheader", "--states=all", f"--jobs={job}", "--format=%T", check=False)

    def cancel_all(self):
        """Cancels what is pending, kills what runs, and waits until all of it is gone."""
        self.run("scancel", "--state=PENDING", "--user=root", check=False)
        deadline = time.monotonic() + 30
        while self.run("squeue", "--noheader", check=False):
            assert time.monotonic() < deadline, self.logs()
            # Also what was requeued meanwhile; a job that is killed like this ends at once.
            self.run("scancel", "--signal=KILL", "--full", "--user=root", check=False)
            self.run("scancel", "--user=root", check=False)
            time.sleep(0.1)

    def revive(self):
        """Puts nodes that are down or drained to work again."""

        def all_idle():
            for number, state in enumerate(self.nodes(), start=1):
                if state.startswith(("down", "drained")):
                    self.run("scontrol", "update", f"nodename=node{number}", "state=resume", check=False)
            return self.nodes() == ["idle", "idle"]

        wait_until(all_idle, lambda: f"{self.nodes()}\n{self.logs()}", patience=30, pause=0.2)

    def logs(self):
        """What the daemons had to say, for whoever has to find out why there is no Slurm."""
        paths = sorted([*self.folder.glob("*.out"), *self.folder.glob("*.log")])
        return "\n".join(f"{path.name}: {path.read_text(errors='replace')[-2000:]}" for path in paths)

    def end(self):
        """Cancels every job and takes the daemons down, by the ids of their processes."""
        try:
            if (self.folder / "slurm.conf").exists():
                self.cancel_all()
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            # The processes go all the same.
            print(f"jobs could not be cancelled: {error}")
        # The nodes first, which end what still runs on them.
        for _, daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
        for _, daemon in reversed(self.daemons):
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(daemon.pid, signal.SIGKILL)
                daemon.wait()
        for pid in self.leftovers():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def leftovers(self):
        """Step daemons of this Slurm, which nobody else can have: its folder is in their environment."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                ours = self.environment["SLURM_CONF"].encode()
                is_step = (entry / "comm").read_text().strip().startswith("slurmstepd")
                if is_step and ours in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found
