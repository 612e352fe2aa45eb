"""The routes of the page for a phone, and of the links to one question."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, closing

from aiohttp import web

from cafleet_core.broker.directory import identity
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import answer_rights, questions
from cafleet_core.broker.team.answer_rights import AnswerRight
from cafleet_core.config.settings import Settings
from cafleet_core.errors import CafleetError, InvalidInput, Refused
from cafleet_core.readings import Question
from cafleet_core.records import Agent
from cafleet_core.states import Interface
from cafleet_tui.server.api import call, statuses
from cafleet_tui.server.api.routes import As
from cafleet_tui.server.guard import ANSWER, PHONE
from cafleet_tui.server.phone import answer_page, page

_ANSWER = "member_input.send_input"
_IN_WORDS = "words"
_PATIENCE = 10.0


class Phone:
    """The page for a phone, on top of the API; links answer by the API's own call."""

    def __init__(self, settings: Settings, *, read_only: bool) -> None:
        self._settings = settings
        self._read_only = read_only

    def routes(self) -> list[web.RouteDef]:
        """Every route of the page."""
        link = ANSWER + "{right}"
        return [
            web.get(PHONE, self._overview),
            web.get(link, self._question),
            web.post(link, self._answer),
        ]

    async def _overview(self, _request: web.Request) -> web.StreamResponse:
        return page.overview(read_only=self._read_only)

    async def _question(self, request: web.Request) -> web.StreamResponse:
        """Show what a link answers; looking does not use it up, as messengers look too."""
        right = request.match_info["right"]
        return await _answered(lambda: self._card(right))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        right = request.match_info["right"]
        try:
            async with asyncio.timeout(_PATIENCE):
                given = await request.post()
        except TimeoutError:
            raise web.HTTPRequestTimeout(text="the answer took too long.") from None
        choice, words = str(given.get("choice", "")), str(given.get("freetext", ""))
        return await _answered(lambda: self._carried_out(right, choice, words))

    def _card(self, right: str) -> str:
        with self._registry() as registry:
            agent, asked = _asked(registry, answer_rights.known(registry, right))
        return answer_page.card(agent.name, asked, read_only=self._read_only)

    def _carried_out(self, right: str, choice: str, words: str) -> str:
        """Use a right up and answer; raises CafleetError, before it is used up if it can."""
        if self._read_only:
            raise Refused("this server is read-only.")
        with self._registry() as registry:
            allowed = answer_rights.known(registry, right)
            agent, asked = _asked(registry, allowed)
            values = _values(asked, choice, words)
            answer_rights.use(registry, right)
        values |= {"member_id": agent.agent_id, "question": allowed.question}
        reply = call.reply(
            *(self._settings, _ANSWER, values, As.HUMAN, allowed.session_id),
            read_only=False,
            interface=Interface.PHONE,
        )
        document = json.loads(reply.body)
        if reply.status != 200:
            error = document["error"]
            raise Refused(error["message"], error["way_out"])
        given = values["freetext"] or asked.options[_at(asked, choice)].label
        return answer_page.outcome(f"Answered: {given}")

    def _registry(self) -> AbstractContextManager[Registry]:
        return closing(open_registry(self._settings.registry, make=False))


def _asked(registry: Registry, allowed: AnswerRight) -> tuple[Agent, Question]:
    """The agent and its question, if that is still the one of the right; raises Refused."""
    agent = identity.find_agent(registry, allowed.session_id, allowed.agent_id)
    return agent, questions.expect(agent, allowed.question)


def _values(asked: Question, choice: str, words: str) -> dict[str, object]:
    """The parameters of `member send-input` from a form; raises InvalidInput."""
    if choice == _IN_WORDS:
        if asked.free_text is None:
            raise Refused("none of the answers on the screen takes free text.")
        if not words.strip():
            raise InvalidInput("the text is empty.")
        return {"choice": None, "freetext": words}
    return {"choice": asked.options[_at(asked, choice)].digit, "freetext": None}


def _at(asked: Question, choice: str) -> int:
    digits = [str(option.digit) for option in asked.options]
    if choice not in digits:
        raise InvalidInput("that is not among the answers.")
    return digits.index(choice)


async def _answered(work: Callable[[], str]) -> web.Response:
    """The page that `work` makes in a thread, or one that says why not."""
    try:
        return page.linked(await asyncio.to_thread(work))
    except CafleetError as error:
        refusal = statuses.document(error)["error"]
        words = answer_page.outcome(refusal["message"], refusal["way_out"])
        return page.linked(words, status=409)
