"""What comes back today: a card at a time, its answer, a grade; no more than the day's minutes hold."""

from __future__ import annotations

from time import monotonic

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll

from tracker.core.errors import TrackerError
from tracker.core.review import Card
from tui.desk import Desk
from tui.desks.review import Answer, ReviewDesk, Today
from tui.passage import noted
from tui.plain import NOTHING, joined, plain, titled
from tui.said import said
from tui.screens.base import PlaceScreen
from tui.screens.write import Write
from tui.widgets.words import Buttons, Piece, Words
from tui.words import say

GRADES = ("again", "hard", "good", "easy")
MOST_NOTES = 5


class Review(PlaceScreen):
    """The question; once revealed, what was noted and when each grade brings it back."""

    NAME = "review"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._reviews = ReviewDesk(desk.house)
        self._cards: list[Card] = []
        self._put_off: set[int] = set()
        self._more, self._minutes = 0, 0.0
        self._answer: Answer | None = None
        self._revealed = False
        self._graded = 0
        self._shown_at = monotonic()

    def body(self) -> ComposeResult:
        with Container(id="review-body"), VerticalScroll(id="card"):
            yield Words(id="question")
            yield Words(id="answer")
        yield Buttons(id="grades")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.query_one("#card"))

    @property
    def card(self) -> Card | None:
        """The card that is asked."""
        return self._cards[0] if self._cards else None

    def reload(self) -> None:
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read what comes back today; what was put behind stays behind."""
        try:
            today = await self._reviews.today()
        except TrackerError as error:
            self.complain(error)
            return
        before = self.card
        self._take(today)
        if before is None or self.card is None or before.id != self.card.id:
            await self._ask()
        self.draw_status()

    def _take(self, today: Today) -> None:
        self._cards = sorted(today.cards, key=lambda card: card.id in self._put_off)
        self._more, self._minutes = today.waiting, today.minutes

    async def _ask(self) -> None:
        """Show the next question, and read its answer ahead."""
        card, self._answer, self._revealed, self._shown_at = self.card, None, False, monotonic()
        self.query_one("#answer", Words).draw(NOTHING)
        self.query_one("#grades", Buttons).lay(())
        if card is None:
            self._say_nothing()
            return
        self._draw_question(card, say("review.think", key=self.key_of("reveal")))
        self.query_one("#card").scroll_home(animate=False)
        try:
            self._answer = await self._reviews.answer(card)
        except TrackerError as error:
            self.complain(error)
            self._answer = Answer("")

    def _draw_question(self, card: Card, hint: str) -> None:
        about = {"node": "skill"}.get(card.subject, card.subject)
        self.query_one("#question", Words).draw(
            joined(
                (f"{say(f'review.{about}')}\n\n", "$muted"),
                (f"{titled(card.question, card.title)}\n", "bold"),
                (f"{card.title}\n" if card.question else "", "$muted"),
                (f"\n{hint}" if hint else "", "$muted"),
            )
        )

    def _say_nothing(self) -> None:
        if self._graded and self._more:
            text = say("review.done-waiting", n=self._more)
        else:
            text = say("review.done") if self._graded else say("review.none", key="c")
        self.query_one("#question", Words).draw(plain(text, "$muted"))

    def draw_status(self) -> None:
        """How many cards and minutes are left of the day, and what waits."""
        most = self._desk.settings.study.review_minutes
        parts = [(say("review.left", n=len(self._cards)), "bold")]
        if self._cards:
            parts.append((f"   {say('review.minutes', n=round(self._minutes) or 1, most=most)}", "$muted"))
        if self._graded:
            parts.append((f"   {say('review.graded', n=self._graded)}", "$success"))
        if self._more:
            parts.append((f"   {say('review.waiting', n=self._more)}", "$muted"))
        self.status(*parts)

    # -- the answer and its grade --------------------------------------------------------------------------------

    @work(group="decide")
    async def action_reveal(self) -> None:
        """Show the answer; shown already: a page down."""
        card = self.card
        if card is None:
            return
        if self._revealed:
            self.action_page(1)
            return
        if self._answer is None:
            self._answer = await self._reviews.answer(card)
        self._revealed = True
        self._draw_question(card, "")
        self.query_one("#answer", Words).draw(joined(*self._behind(self._answer)))
        days = await self._reviews.days(card)
        self.query_one("#grades", Buttons).lay(
            Piece(
                ((f"  {n} ", "bold $accent"), (say(f"review.{name}.short"), ""),
                 (f" {say('review.in-days', n=days[n])} ", "$muted")),
                name,
            )
            for n, name in enumerate(GRADES, 1)
        )  # fmt: skip

    def _behind(self, answer: Answer) -> list[tuple[str, str]]:
        parts = [(f"\n{answer.text}\n", "")] if answer.text else []
        if answer.remark:
            parts.append((f"\n{say('review.remark', words=answer.remark)}\n", "$secondary"))
        if answer.where:
            parts.append((f"\n{answer.where}\n", "$muted"))
        for day, body in answer.notes[:MOST_NOTES]:
            parts += [(f"\n{day}\n", "$text-accent"), (f"{noted(body)}\n", "")]
        if not answer.text and not answer.notes:
            parts.append((f"\n{say('review.no-answer', key=self.key_of('explain'))}\n", "$muted"))
        return parts

    @work(group="decide")
    async def action_grade(self, grade: int) -> None:
        """Answer the card once its answer was seen; on disk before the next is asked."""
        card = self.card
        if card is None:
            return
        if not self._revealed:
            self.say(say("review.show-first", key=self.key_of("reveal")))
            return
        self._revealed = False  # a second press is not a second grade
        try:
            after, _ = await self._reviews.grade(card, grade, round(monotonic() - self._shown_at))
            self._graded += 1
            self._take(await self._reviews.today())
        except TrackerError as error:
            self._revealed = True
            self.complain(error)
            return
        day = after.due_at.astimezone(self._desk.house.zone).date()
        what = say("review.next", title=titled(card.question, card.title), day=day)
        self.say(say("said.decided", what=what, key=self.key_of("undo")))
        await self._ask()
        self.draw_status()

    @work(group="decide")
    async def action_later(self) -> None:
        """Behind the others of today: nothing is decided."""
        if self.card is not None and len(self._cards) > 1:
            self._put_off.add(self.card.id)
            self._cards.append(self._cards.pop(0))
            await self._ask()

    @work(group="decide")
    async def action_explain(self) -> None:
        """Three lines of one's own."""
        card = self.card
        if card is None:
            return
        text = await self.app.push_screen_wait(
            Write(say("review.ask-explain", title=titled(card.question, card.title)))
        )
        if not text.strip():
            return
        try:
            done = await self._reviews.explain(card, text)
        except TrackerError as error:
            self.complain(error)
            return
        self.say(say("said.decided", what=said(done), key=self.key_of("undo")))

    # -- moving, reading -----------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        self.query_one("#card").scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        card = self.query_one("#card")
        card.scroll_relative(y=step * max(1, card.size.height - 1), animate=False)

    def action_read(self) -> None:
        """The answer; once it is seen, the resource behind the card."""
        from tui.screens.reader import Reader

        if not self._revealed:
            self.action_reveal()
        elif self._answer is not None and self._answer.resource is not None:
            self.app.push_screen(Reader(self._desk, self._answer.resource))
        else:
            self.say(say("review.no-resource"))

    @work(group="open")
    async def action_open(self) -> None:
        """Open the resource behind the card in the browser."""
        if self._answer is None or self._answer.resource is None:
            self.say(say("review.no-resource"))
            return
        try:
            shown = await self._desk.show(self._answer.resource)
            host = await self._desk.open(shown.resource.url)
        except TrackerError as error:
            self.complain(error)
            return
        self.say(say("said.opened", host=host))
