"""The clock: APScheduler starts the jobs when their time has come, and remembers it in Mongo.

Two clocks on one database would both start a job; that costs time and does no harm, because every
job may run twice at once. What is looked at each second is remembered in memory only.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.mongodb import MongoDBJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from functions.runtime import log
from functions.runtime.database import connect, outages
from scheduler import answer_jobs, deletion_jobs, jobs, training_jobs
from scheduler.settings import SchedulerSettings

_MINUTE: Final = "reconcile-minute"
_NIGHT: Final = "reconcile-night"
_LABELS: Final = "labels-minute"
_MEMORY: Final = "memory"
_OF_A_SECOND: Final = (
    training_jobs.attend,
    answer_jobs.learn_nearest,
    answer_jobs.score_again,
    answer_jobs.activate,
    deletion_jobs.delete_collections,
)
_NIGHT_MAY_BE_LATE: Final = 12 * 3600
"""Seconds: a machine that slept through the night reconciles when it wakes."""

Job = Callable[[], None]


class Clock:
    """The jobs in their rhythm, on a thread of its own."""

    def __init__(self, settings: SchedulerSettings) -> None:
        # Its own client: the store closes it when the clock stops.
        database = connect(settings)
        self._stored = database["jobs"]
        self._scheduler = BlockingScheduler(
            jobstores={
                "default": MongoDBJobStore(
                    database=database.name, collection="jobs", client=database.client
                ),
                _MEMORY: MemoryJobStore(),
            },
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30},
        )
        self._scheduler.add_listener(_say_error, EVENT_JOB_ERROR)
        # A job of each second that takes longer is looked at a second later: nothing to say.
        logging.getLogger("apscheduler.scheduler").addFilter(_is_worth_saying)
        self._thread = threading.Thread(target=self._scheduler.start, name="clock", daemon=True)

    def start(self) -> None:
        """Start the jobs' rhythm: the minute's at once, the night's when it was missed.

        Raises Outage when Mongo can't be used.
        """
        self._each_minute(_MINUTE, jobs.each_minute)
        self._each_minute(_LABELS, training_jobs.ask_where_due)
        self._scheduler.add_job(
            jobs.each_night,
            CronTrigger(hour=3, minute=15),
            id=_NIGHT,
            replace_existing=True,
            misfire_grace_time=_NIGHT_MAY_BE_LATE,
            **self._missed(_NIGHT),
        )
        for job in _OF_A_SECOND:
            self._unstored(job, IntervalTrigger(seconds=1))
        self._unstored(answer_jobs.tidy_models, IntervalTrigger(hours=1))
        self._thread.start()

    def alive(self) -> bool:
        """True while the jobs are started in time."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Start nothing new and wait for what runs."""
        if self._scheduler.running:
            # Its thread looks for jobs once more when the client is closed, and would warn of it.
            logging.getLogger("apscheduler").setLevel(logging.ERROR)
            self._scheduler.shutdown(wait=True)
            self._thread.join()

    def _each_minute(self, name: str, job: Job) -> None:
        every, now = IntervalTrigger(minutes=1), datetime.now(UTC)
        self._scheduler.add_job(job, every, id=name, replace_existing=True, next_run_time=now)

    def _unstored(self, job: Job, every: IntervalTrigger) -> None:
        self._scheduler.add_job(job, every, id=job.__name__, jobstore=_MEMORY)

    def _missed(self, job: str) -> dict[str, Any]:
        """When the stored job should have run while no clock was there, as an option."""
        with outages():
            stored = self._stored.find_one({"_id": job}, {"next_run_time": 1})
        due = datetime.fromtimestamp(stored["next_run_time"], UTC) if stored else None
        return {"next_run_time": due} if due and due < datetime.now(UTC) else {}


def _is_worth_saying(record: logging.LogRecord) -> bool:
    return "maximum number of running instances" not in record.getMessage()


def _say_error(event: Any) -> None:
    log.said(
        "a job failed", logging.ERROR, job=event.job_id, reason=repr(event.exception),
        traceback=event.traceback,
    )  # fmt: skip
