"""What screens on which one decides about resources share: one key a decision, topics and days chosen, notes."""

from __future__ import annotations

from collections.abc import Collection

from textual import work
from textual.worker import Worker

from tracker.core.errors import TrackerError
from tracker.core.inbox import Done
from tracker.core.model import ResourceId
from tui.said import said
from tui.screens.base import Keyed
from tui.screens.choose import Choice, Choose, holding, of_titles
from tui.snooze import days_until, offers
from tui.words import say


class Deciding(Keyed[None]):
    """A kind of it says what is decided about, and what happens once that is on disk."""

    def chosen(self) -> list[ResourceId]:
        """What a decision is about, each once."""
        raise NotImplementedError

    def after(self, done: Done, ids: list[ResourceId]) -> None:
        """The screen after a decision about `ids` is on disk."""
        raise NotImplementedError

    def starred(self) -> bool:
        """Whether the star of what is chosen is taken off by the key that puts it on."""
        return False

    def topics_on(self) -> Collection[str]:
        """The topics of what is chosen."""
        return ()

    def cannot(self) -> None:
        """Nothing is chosen that could be decided about."""

    def _chosen(self) -> list[ResourceId]:
        ids = self.chosen()
        if not ids:
            self.cannot()
        return ids

    def action_decide(self, verb: str) -> Worker[None] | None:
        """Decide about what is chosen."""
        return self.decide("unstar" if verb == "star" and self.starred() else verb)

    @work(group="decide")
    async def decide(self, verb: str, topic: str = "", days: int = 0) -> None:
        """Write the decision, then change the screen and say so."""
        await self.decided(verb, topic, days)

    async def decided(self, verb: str, topic: str = "", days: int = 0) -> None:
        """The same, within what is under way."""
        ids = self._chosen()
        if not ids:
            return
        try:
            done = await self._desk.decide(ids, verb, topic, days)
        except TrackerError as error:
            self.complain(error)
            return
        self.after(done, ids)
        self.tell(done)

    @work(exclusive=True, group="ask")
    async def action_choose_topic(self, title: str = "") -> None:
        """Choose a topic, or take the one that was named; then file."""
        if not self._chosen():
            return
        titles = await self._desk.topics()
        if not titles:
            self.say(say("inbox.no-topics"))
            return
        topic = title or await self.app.push_screen_wait(Choose(say("ask.file"), of_titles(titles)))
        if topic:
            self.decide("file", topic)

    @work(group="decide")
    async def action_file_suggested(self) -> None:
        """File each into the topic that is suggested for it, in one step; those without one stay selected."""
        ids = self._chosen()
        try:
            done, left = await self._desk.file_each(ids)
        except TrackerError as error:
            self.complain(error)
            return
        if done is None:
            if ids:
                self.say(say("inbox.unsure", key=self.key_of("choose")))
            return
        self.after(done, [id_ for id_ in ids if id_ not in left])
        if left:
            self.say(say("inbox.some-unsure", what=said(done), n=len(left)))
        else:
            self.tell(done)

    @work(exclusive=True, group="ask")
    async def action_tags(self, title: str = "") -> None:
        """Choose a topic, or take the one that was named: it is put on, or taken off where it is on. Nothing moves."""
        if not self._chosen() or not (titles := await self._desk.topics()):
            return
        on = set(self.topics_on())
        offered = [Choice(one, one, "✓" if one in on else "") for one in sorted(titles, key=lambda one: one not in on)]
        ask = Choose(say("ask.tags"), lambda typed: holding(offered, typed))
        topic = title or await self.app.push_screen_wait(ask)
        if topic:
            self.decide("untag" if topic in on else "tag", topic)

    @work(exclusive=True, group="ask")
    async def action_snooze(self, when: str = "") -> None:
        """Choose when it comes back, or take what was named."""
        if not self._chosen():
            return
        today = self._desk.today_date()
        chosen = when or await self.app.push_screen_wait(Choose(say("ask.snooze"), lambda typed: offers(today, typed)))
        days = days_until(chosen, today)
        if days:
            self.decide("snooze", days=days)
        elif chosen:
            self.say(say("inbox.no-day", text=chosen), bad=True)


class Noting(Deciding):
    """Where a note is written in a window, about what is chosen."""

    def titled(self) -> str:
        """What it is called."""
        raise NotImplementedError

    def _about(self) -> ResourceId | None:
        ids = self._chosen()
        return ids[0] if len(ids) == 1 else None

    @work(group="decide")
    async def action_note(self) -> None:
        """Write a note of today about what is chosen."""
        from tui.screens.write import Write

        id_ = self._about()
        if id_ is not None:
            text = await self.app.push_screen_wait(Write(say("journal.ask-note", title=self.titled())))
            await self._note(id_, text)

    @work(group="decide")
    async def action_edit(self) -> None:
        """The same in $EDITOR."""
        from tui.outside import NoEditor, edited

        id_ = self._about()
        if id_ is None:
            return
        try:
            text = edited(self.app, "")
        except NoEditor:
            self.say(say("reader.no-editor", key=self.key_of("note")), bad=True)
            return
        await self._note(id_, text)

    async def _note(self, id_: ResourceId, text: str) -> None:
        """Keep a note; one without words is none."""
        from tui.desks.reading import ReadingDesk

        if not text.strip():
            return
        try:
            self.tell(await ReadingDesk(self._desk.house).note(id_, text, None))
        except TrackerError as error:
            self.complain(error)
