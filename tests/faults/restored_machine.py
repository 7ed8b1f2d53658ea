"""The state machine with audits, where the data folder is lost at times and an older backup put back.

The API is not set back: what it was sent and has charged since is news to the ledger. Nothing that
was clicked before a restore is ever sent after it, and an audit brings back what the ledger lacks.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from lib.services.pace import ProtocolTimes
from lib.store.backup import copy_database, pictures_in
from tests.faults.audited_machine import AuditedInvariants, AuditedMachine
from tests.faults.invariants import Invariants

BACKUPS_KEPT = 3
LONGEST_WAY_S = 60.0
"""Longer than any request is on its way to the API and from there into its list."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the ledger and its pictures, and what was known when it was made."""

    file: Path
    pictures: tuple[bytes, ...]
    tokens: tuple[str, ...]
    run_ids: tuple[str, ...]
    ends: Mapping[str, tuple[Any, ...]]


class RestoredInvariants(AuditedInvariants):
    """The same, where a backup is put back.

    What was clicked before that is `of_earlier`, and never sent again. What of it the backup does
    not know is `forgotten` until an audit has brought it back.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.of_earlier: set[str] = set()
        self.forgotten: set[str] = set()
        self.brought_back = 0

    def are_set_back(self, backup: Backup, lost: list[Any]) -> None:
        """A backup was put back where the ledger's rows were these."""
        self.ends = dict(backup.ends)
        self.of_earlier |= {row.id for row in lost}
        self.forgotten = self.of_earlier - self.known(self.rows())

    def witness(self, run_id: str, body: bytes) -> None:
        assert run_id not in self.of_earlier, f"I1: {run_id} is sent again after a restore"
        super().witness(run_id, body)

    def every_charge_has_its_run(self, rows: list[Any]) -> None:
        known = self.known(rows)
        self.brought_back += len(self.forgotten & known)
        self.forgotten -= known
        lost = set(self.api.times_taken) - known - self.forgotten
        assert not lost, f"I2: charged and unknown to us: {lost}"
        made_here = [row for row in rows if row.adopted_at is None]
        assert len(made_here) <= self.clicks, "I1: a click has made two runs"

    def what_is_listed_is_back(self) -> None:
        """I2, after an audit that came to its end."""
        listed = {
            taken.run.client_ref
            for taken in self.api.taken.values()
            if taken.listed_from_s <= self.api.now_s()
        }
        lost = listed & self.forgotten - self.known(self.rows())
        assert not lost, f"I2: an audit has not brought back {lost}"

    def known(self, rows: list[Any]) -> set[str]:
        """Whose charges stand in the ledger: by our id, and by the API's where ours was not taken."""
        taken = [self.api.taken.get(row.remote_id) for row in rows]
        tags = {one.run.client_ref for one in taken if one is not None and one.run.client_ref}
        return {row.id for row in rows} | tags


class RestoredMachine(AuditedMachine):
    """One history with backups."""

    laws_type: ClassVar[type[Invariants]] = RestoredInvariants
    laws: RestoredInvariants

    def __init__(self) -> None:
        super().__init__()
        self.backups: list[Backup] = []
        self.made = self.losses = 0

    @initialize()
    def a_first_backup(self) -> None:
        """Before the first clicks or after them."""
        self.back_up()

    @rule()
    def back_up(self) -> None:
        """As `make backup` does it, beside whoever uses the folder."""
        self.made += 1
        file = self.place() / f"backup-{self.made % BACKUPS_KEPT}.db"
        file.unlink(missing_ok=True)
        quiet_ms = ProtocolTimes().quiet_ms
        copy_database(self.folder / "plantain.db", file, clock=self.clock, quiet_ms=quiet_ms)
        originals = self.plantain.originals
        pictures = tuple(originals.read(sha256) for sha256, _ in pictures_in(file))
        one = Backup(file, pictures, tuple(self.tokens), tuple(self.run_ids), dict(self.laws.ends))
        self.backups = [*self.backups, one][-BACKUPS_KEPT:]
        self.seen["backups"] += 1

    @precondition(lambda self: self.backups)
    @rule(which=st.integers(0, BACKUPS_KEPT - 1))
    def put_back(self, which: int) -> None:
        """The data folder is lost while the API goes on; a new one is made of a backup."""
        backup = self.backups[which % len(self.backups)]
        lost = self.rows()
        self.plantain.close()
        for folder in ("pictures", "thumbnails"):
            shutil.rmtree(self.folder / folder, ignore_errors=True)
        shutil.copyfile(backup.file, self.folder / "plantain.db")
        self.plantain.restart()
        for picture in backup.pictures:
            self.plantain.originals.put(picture)
        self.tokens, self.run_ids = list(backup.tokens), list(backup.run_ids)
        self.laws.are_set_back(backup, lost)
        self.losses += 1
        self.seen["restores"] += 1

    @precondition(lambda self: self.laws.forgotten)
    @rule()
    def a_true_audit_brings_back_what_is_lost(self) -> None:
        with self.mortal("audit after a restore"):
            audit = self.auditor().audit()
            assert audit.problem is None, audit.problem
            self.laws.what_is_listed_is_back()

    def is_a_persons(self, row: Any) -> bool:
        """What came back open, and the API does not have, is never sent: a person decides."""
        return super().is_a_persons(row) or row.restored_at is not None

    def in_a_quiet_world_every_run_ends(self) -> None:
        """Hypothesis leaves rules out of whole histories; so a loss comes at the end, if not before."""
        if self.backups and not self.losses:
            self.put_back(len(self.backups) - 1)
            self.all_is_well()
        self.clock.pass_s(LONGEST_WAY_S)
        super().in_a_quiet_world_every_run_ends()
        self.all_is_well()
        self.seen["brought back"] += self.laws.brought_back
