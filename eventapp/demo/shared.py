"""What both sample events have in common: the venue, the marks of what is invented, categories, the privacy notice."""

from __future__ import annotations

from eventapp.demo.shapes import Text
from eventapp.registration.notices import PrivacyTerms

TIME_ZONE = "Asia/Shanghai"

FOOTNOTE = Text(
    "Illustrative: day, times, rooms, titles of talks and attendees are invented. "
    "People and organisations as reported in September 2023.",
    "示例说明：日期、时间、会场、演讲题目及参会者均为虚构；人物与机构依据2023年9月的公开报道。",
)

VENUE = {
    "name_en": "Lakeside Conference Centre (illustrative)",
    "name_zh": "湖畔会议中心（示例）",
    "address_en": "1 Lattice Window Road (illustrative), Suzhou, Jiangsu",
    "address_zh": "江苏省苏州市漏窗路1号（示例地址）",
    "directions_en": "Illustrative: the main gate is on the lake side. Taxis stop at the south gate, five minutes on foot.",
    "directions_zh": "示例：主入口位于临湖一侧；出租车可停南门，步行约五分钟。",
}

CATEGORIES: dict[str, dict[str, str | bool]] = {
    "industry": {"name_en": "Industry", "name_zh": "产业界", "colour": "#176b70"},
    "academia": {"name_en": "Academia", "name_zh": "学术界", "colour": "#2f5d8a"},
    "government": {"name_en": "Government", "name_zh": "政府", "colour": "#7a3b2e"},
    "media": {
        "name_en": "Media",
        "name_zh": "媒体",
        "colour": "#6b4a8a",
        "help_en": "The press team confirms each registration.",
        "help_zh": "由媒体组逐一审核确认。",
        "needs_approval": True,
    },
    "student": {
        "name_en": "Student",
        "name_zh": "学生",
        "colour": "#3f7038",
        "help_en": "Please bring your student card.",
        "help_zh": "入场时请出示学生证。",
    },
}

TERMS = PrivacyTerms(
    controller_en="Whoever runs this copy of Eventapp (illustrative)",
    controller_zh="运行本系统的单位（示例）",
    contact="summit@example.org",
    asks=frozenset({"public_list", "photographs"}),
    days={"contact": 30, "answers": 30, "sensitive": 7, "documents": 1},
)

NOTICE = Text(
    """This notice is illustrative, as is the event.

Who is responsible: whoever runs this copy of Eventapp. For a real event, the host's full name and address stand here.

What we keep and what for: your names, e-mail address or phone number, organisation, position, category and language, \
to plan your place, to send you your pass, and to check you in at the entrance. We note when and where your pass was \
scanned, for safety in the halls.

Who sees it: the event's team and its door staff. We do not sell it, publish it or send it abroad.

How long: until 30 days after the event; then registrations and scans are deleted.

Your rights: you may see, correct or withdraw your registration at any time on your own page, whose link is in your \
mail. For anything else write to summit@example.org.""",
    """本告知与活动一样，仅供示例。

个人信息处理者：运行本系统的单位。正式活动在此处写明主办单位的全称与地址。

收集内容与目的：姓名、邮箱或手机号、单位、职务、参会类别与语言，用于安排名额、发送参会码和现场签到；\
我们记录参会码的扫码时间与地点，用于会场安全管理。

查看范围：活动会务组与现场签到人员。我们不会出售或公开您的信息，也不向境外提供。

保存期限：活动结束后30天，届时删除报名信息与扫码记录。

您的权利：您可随时通过邮件中的链接进入个人页面，查看、更正或撤回报名。其他事宜请联系 summit@example.org。""",
)
