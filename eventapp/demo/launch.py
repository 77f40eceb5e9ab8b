"""The alliance's launch: its acts as reported, the day and what surrounds them invented."""

from __future__ import annotations

from datetime import time

from eventapp.demo.facts import (
    ALLIANCE,
    ALLIANCE_MEMBERS,
    ALLIANCE_UNITS,
    APPOINTMENT,
    APPOINTMENTS,
    FIRST_PARTNERS,
    LAUNCH_NAME,
    STRATEGIC_PARTNERS,
    UNVEILING,
)
from eventapp.demo.shapes import (
    SampleCheckpoint,
    SampleEvent,
    SampleHall,
    SampleItem,
    SampleOrganisation,
    SamplePart,
    SampleSession,
    Text,
)

HALLS = (
    SampleHall("main", Text("Main Hall", "主会场"), 300, "#8a3b2a"),
    SampleHall("forum", Text("Forum Hall 1", "分会场一"), 120, "#2f5d8a"),
    SampleHall("foyer", Text("Garden Foyer", "园景序厅"), 400, "#5a6b3b"),
)

ACTS = (
    SampleItem("speech", 20, parts=(SamplePart("speaker", person="ding"),)),
    SampleItem(
        "unveiling", 25, Text(UNVEILING), tuple(SamplePart("recipient", thing=Text(unit)) for unit in ALLIANCE_UNITS)
    ),
    SampleItem(
        "appointment",
        20,
        Text(APPOINTMENT),
        tuple(SamplePart("recipient", person=person, as_what=Text(office)) for person, office in APPOINTMENTS),
    ),
    SampleItem(
        "announcement",
        15,
        Text(FIRST_PARTNERS),
        tuple(SamplePart("recipient", organisation=key) for key in STRATEGIC_PARTNERS),
    ),
    SampleItem("photo", 10),
)

SESSIONS = (
    SampleSession(
        "break",
        "foyer",
        time(13, 30),
        time(14, 0),
        Text("Arrival and tea", "签到与茶歇"),
        Text("Please have your pass ready at the main gate.", "请在主入口出示参会码。"),
    ),
    # Without a title of its own it shows its kind, which is known in both languages.
    SampleSession("ceremony", "main", time(14, 0), time(15, 30), items=ACTS),
    SampleSession("break", "foyer", time(15, 30), time(16, 0)),
    SampleSession(
        "forum",
        "main",
        time(16, 0),
        time(17, 15),
        Text("AI chips and deep-learning frameworks", "人工智能芯片与深度学习框架"),
        items=(
            SampleItem("speech", 30, Text("Chips that fit the task", "让芯片适配任务")),
            SampleItem("panel", 45, Text("Open frameworks in teaching", "教学中的开源框架")),
        ),
    ),
    SampleSession(
        "forum",
        "forum",
        time(16, 0),
        time(17, 15),
        Text("Algorithm models and commercial applications", "算法模型与商业应用"),
        items=(
            SampleItem("speech", 30, Text("From model to service", "从模型到服务")),
            SampleItem("panel", 45, Text("What customers really ask for", "客户真正需要什么")),
        ),
    ),
)

LAUNCH = SampleEvent(
    slug="alliance-launch",
    name=Text(*LAUNCH_NAME),
    tagline=Text("An afternoon of first steps", "迈出第一步的下午"),
    about=Text(
        f"The {ALLIANCE[0]} brings together Xi'an Jiaotong-Liverpool University, Baidu and Suzhou Industrial Park. It looks "
        "at AI chips, deep-learning frameworks, algorithm models and commercial applications.\n\n"
        "The ceremony is followed by tea and two forums side by side.",
        f"{ALLIANCE[1]}的成员为西交利物浦大学、百度和苏州工业园区，关注人工智能芯片、深度学习框架、算法模型与商业应用。\n\n"
        "仪式之后设有茶歇，以及两场同时进行的论坛。",
    ),
    colour="#8a3b2a",
    cover_pattern="plum",
    contact_email="launch@example.org",
    day=1,
    start=time(13, 30),
    end=time(17, 15),
    halls=HALLS,
    organisations=(
        *(SampleOrganisation(key, "host", Text("Alliance members", "联盟成员")) for key in ALLIANCE_MEMBERS),
        *(
            SampleOrganisation(key, "strategic_partner", Text("Strategic partners", "战略合作伙伴"))
            for key in STRATEGIC_PARTNERS
        ),
    ),
    people=("ding", "guan", "chang", "pan"),
    sessions=SESSIONS,
    places={"industry": 80, "academia": 60, "government": 30, "media": 10, "student": 2},
    checkpoints=(
        SampleCheckpoint("gate", Text("Main gate", "主入口"), "gate", "daily"),
        SampleCheckpoint("gift", Text("Gift desk", "礼品领取处"), "gift", "once"),
    ),
)
