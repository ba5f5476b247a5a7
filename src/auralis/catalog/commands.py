"""Commands under a key, kept for a day so that one that is sent again, after a restart too, is not done again."""

import time

from auralis.model.commands import CommandAnswer, KnownCommand, SentCommand
from auralis.store import Database
from auralis.store.listener import sent_commands

LIFETIME_SECONDS = 24 * 3600
MOST_COMMANDS = 10_000


class CommandLedger:
    """The commands of the last day, at most ``most`` of them."""

    def __init__(self, database: Database, most: int = MOST_COMMANDS) -> None:
        self._database = database
        self._most = most

    async def begin(self, command: SentCommand) -> KnownCommand | None:
        """Note that a command begins, or return what is known of it; it is on disk when this returns."""
        now_ms = round(time.time() * 1000)
        return await self._database.write(
            lambda db: sent_commands.begin_command(db, command, now_ms, LIFETIME_SECONDS * 1000, self._most),
            edit=False,
        )

    async def finish(self, command: SentCommand, answer: CommandAnswer) -> None:
        """Keep what a command was answered with, before anybody is told."""
        await self._database.write(lambda db: sent_commands.finish_command(db, command, answer), edit=False)

    async def forget(self, command: SentCommand) -> None:
        """Let a command be sent again: it has failed and changed nothing."""
        await self._database.write(lambda db: sent_commands.forget_command(db, command), edit=False)
