"""django-q2's cluster, which also ends where a signal reaches all of its processes at once."""

from django_q.cluster import Cluster

_A_MOMENT = 1  # seconds that a process which was signalled needs to be gone


class SteadyCluster(Cluster):
    """Ends when its whole process group, or everything in its cgroup, is told to end.

    The signal that tells this process to end its sentinel has ended the sentinel already then. django-q2 goes on to
    set an event for it, and that waits, for ever, until the one who waited for the event has woken up.
    """

    def stop(self) -> bool:
        self.sentinel.join(_A_MOMENT)
        stopped = super().stop()
        self.start_event = None  # where it was still starting, it need not
        return stopped
