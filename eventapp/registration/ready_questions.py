"""Questions that most events ask, ready to be added with one click; their words become the organiser's own. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eventapp.i18n import Bilingual
from eventapp.registration.question_specs import NOTHING


@dataclass(frozen=True)
class ReadyQuestion:
    """One of them. `after` is the place of the one it depends on among those added with it; `only_if` 'yes' or the
    English words of a choice."""

    code: str
    kind: str
    label: Bilingual
    help: Bilingual = NOTHING
    purpose: str = "answers"
    asked: str = "registration"
    most: int | None = None
    choices: tuple[Bilingual, ...] = ()
    after: int | None = None
    only_if: str = ""

    def values(self) -> dict[str, Any]:
        """The values of the question."""
        return {
            "label_en": self.label.en,
            "label_zh": self.label.zh,
            "help_en": self.help.en,
            "help_zh": self.help.zh,
            "purpose": self.purpose,
            "asked": self.asked,
            "most": self.most,
        }


DIET = (
    ReadyQuestion(
        "diet",
        "choices",
        Bilingual("What should our kitchen know?", "饮食要求"),
        Bilingual("So that there is something for you. Leave it empty if you eat everything.", "便于我们为您备餐；无特殊要求可不填。"),
        purpose="sensitive",
        choices=(
            Bilingual("Vegetarian", "素食"),
            Bilingual("Vegan", "纯素（不含蛋奶）"),
            Bilingual("Halal", "清真"),
            Bilingual("No pork", "不吃猪肉"),
            Bilingual("Gluten-free", "不含麸质"),
            Bilingual("Food allergy", "食物过敏"),
        ),
    ),
    ReadyQuestion(
        "diet-allergy",
        "short_text",
        Bilingual("What are you allergic to?", "对哪些食物过敏？"),
        Bilingual("For example peanuts or shellfish.", "例如：花生、贝类。"),
        purpose="sensitive",
        after=0,
        only_if="Food allergy",
    ),
)  # fmt: skip
ACCESS = (
    ReadyQuestion(
        "access",
        "long_text",
        Bilingual("Is there anything we should prepare so that you can take part easily?", "您是否需要无障碍协助？"),
        Bilingual(
            "For example a wheelchair space, a sign language interpreter, or a seat near the front.",
            "例如：轮椅席位、手语翻译、前排座位。",
        ),
        purpose="sensitive",
        most=1000,
    ),
)
INTERPRETATION = (
    ReadyQuestion(
        "interpretation",
        "choice",
        Bilingual("Do you need interpretation?", "是否需要同声传译？"),
        Bilingual("So that there are enough receivers.", "便于我们准备接收机。"),
        choices=(
            Bilingual("No", "不需要"),
            Bilingual("Into English", "需要，收听英文"),
            Bilingual("Into Chinese", "需要，收听中文"),
        ),
    ),
)
CAR = (
    ReadyQuestion("car", "yes_no", Bilingual("Will you come by car?", "是否自驾前来？")),
    ReadyQuestion(
        "car-plate",
        "short_text",
        Bilingual("Licence plate", "车牌号"),
        Bilingual("So that the car park lets you in, for example 苏E12345.", "便于停车场放行，例如：苏E12345。"),
        most=12,
        after=0,
        only_if="yes",
    ),
)
ARRIVAL = (
    ReadyQuestion(
        "arrival",
        "choice",
        Bilingual("How will you arrive?", "您将如何抵达？"),
        Bilingual("For pick-up. You can add it later, as soon as you know.", "用于安排接站；行程确定后再填也可以。"),
        asked="later",
        choices=(
            Bilingual("By train", "高铁／火车"),
            Bilingual("By air", "飞机"),
            Bilingual("In another way, or I live nearby", "其他方式，或本地参会"),
        ),
    ),
    ReadyQuestion(
        "arrival-train",
        "short_text",
        Bilingual("Train number", "车次"),
        Bilingual("For example G7002.", "例如：G7002。"),
        asked="later",
        most=20,
        after=0,
        only_if="By train",
    ),
    ReadyQuestion(
        "arrival-flight",
        "short_text",
        Bilingual("Flight number", "航班号"),
        Bilingual("For example MU5100.", "例如：MU5100。"),
        asked="later",
        most=20,
        after=0,
        only_if="By air",
    ),
    ReadyQuestion("arrival-day", "date", Bilingual("Day of arrival", "抵达日期"), asked="later"),
    ReadyQuestion(
        "arrival-time",
        "short_text",
        Bilingual("Time of arrival", "抵达时间"),
        Bilingual("By the 24-hour clock, for example 14:30.", "24 小时制，例如：14:30。"),
        asked="later",
        most=20,
    ),
)
DOCUMENT = (
    ReadyQuestion(
        "document",
        "document",
        Bilingual("Number of your passport or identity card", "身份证或护照号码"),
        Bilingual(
            "Security at the venue asks for it. It is stored encrypted; only an owner of the event can see all of it.",
            "会场安保要求登记。号码加密保存，仅活动负责人可查看完整号码。",
        ),
        purpose="documents",
    ),
)
# By the code of the first of each.
READY: dict[str, tuple[ReadyQuestion, ...]] = {
    questions[0].code: questions for questions in (DIET, ACCESS, INTERPRETATION, CAR, ARRIVAL, DOCUMENT)
}
