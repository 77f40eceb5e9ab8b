"""The summit: speech and panel as reported, everything around them invented."""

from __future__ import annotations

from datetime import time

from eventapp.demo.facts import PANEL, SPEECH_OF_XI, SUMMIT_NAME
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
    SampleHall("main", Text("Main Hall", "主会场"), 300, "#176b70"),
    SampleHall("one", Text("Forum Hall 1", "分会场一"), 120, "#2f5d8a"),
    SampleHall("two", Text("Forum Hall 2", "分会场二"), 80, "#8a6d1f"),
    SampleHall("foyer", Text("Garden Foyer", "园景序厅"), 400, "#5a6b3b"),
)

MORNING = (
    SampleSession(
        "break",
        "foyer",
        time(8, 30),
        time(9, 0),
        Text("Arrival and tea", "签到与茶歇"),
        Text("Please have your pass ready at the main gate.", "请在主入口出示参会码。"),
    ),
    SampleSession(
        "keynote",
        "main",
        time(9, 0),
        time(9, 50),
        Text("Opening", "开幕式"),
        items=(
            SampleItem("performance", 10, Text("Opening music in the Suzhou style", "开场：江南丝竹")),
            SampleItem("speech", 30, Text(SPEECH_OF_XI), (SamplePart("speaker", person="xi"),)),
            SampleItem("photo", 10),
        ),
    ),
    SampleSession("break", "foyer", time(9, 50), time(10, 10)),
    SampleSession(
        "forum",
        "main",
        time(10, 10),
        time(11, 40),
        Text("Morning forum: energy", "上午论坛：能源"),
        items=(SampleItem("panel", 90, Text(PANEL)),),
    ),
    SampleSession("meal", "foyer", time(11, 40), time(13, 0), Text("Lunch", "午餐")),
)

EARLY_AFTERNOON = (
    SampleSession(
        "forum",
        "main",
        time(13, 0),
        time(14, 30),
        Text("From laboratory to production line", "从实验室到生产线"),
        Text(
            "How results of research become products, and what each side has to bring.",
            "科研成果如何走向产品，各方需要带来什么。",
        ),
        items=(
            SampleItem("speech", 25, Text("Three years from paper to product", "从论文到产品的三年")),
            SampleItem("speech", 25, Text("Shared pilot plants", "共享中试基地")),
            SampleItem("panel", 40, Text("What companies need from universities", "企业需要高校做什么")),
        ),
    ),
    SampleSession(
        "forum",
        "one",
        time(13, 0),
        time(14, 30),
        Text("Data across city borders", "跨城数据互通"),
        Text("Standards, trust and first joint services in the delta.", "长三角的数据标准、互信机制与首批联合服务。"),
        items=(
            SampleItem("speech", 30, Text("One standard for the whole delta", "三省一市，一套标准")),
            SampleItem("panel", 60, Text("Who owns shared data?", "共享数据归谁所有？")),
        ),
    ),
    SampleSession(
        "forum",
        "two",
        time(13, 0),
        time(14, 30),
        Text("Young researchers' forum", "青年学者论坛"),
        Text("Ten minutes each, and questions from everyone.", "每人十分钟，现场自由提问。"),
        items=(
            SampleItem("speech", 50, Text("Five short talks", "五场短报告")),
            SampleItem("panel", 40, Text("Your first industrial partner", "我的第一个企业合作伙伴")),
        ),
    ),
    SampleSession("break", "foyer", time(14, 30), time(14, 50)),
)

LATE_AFTERNOON = (
    SampleSession(
        "forum",
        "main",
        time(14, 50),
        time(16, 10),
        Text("Green industrial parks", "绿色产业园区"),
        Text("Heat, water and power shared between neighbours.", "邻里之间共享热、水与电。"),
        items=(
            SampleItem("speech", 30, Text("What one park saved in a year", "一个园区一年省下了什么")),
            SampleItem("panel", 50, Text("Paying for the first step", "第一步由谁出资")),
        ),
    ),
    SampleSession(
        "forum",
        "one",
        time(14, 50),
        time(16, 10),
        Text("Talent for new industries", "新产业人才培养"),
        Text("Courses that companies and universities teach together.", "企业与高校共同开设的课程。"),
        items=(
            SampleItem("speech", 30, Text("A semester in the workshop", "在车间里的一学期")),
            SampleItem("panel", 50, Text("Teachers from industry", "产业导师")),
        ),
    ),
    SampleSession(
        "tour",
        "",
        time(14, 50),
        time(16, 10),
        Text("Laboratory tour", "实验室参观"),
        Text("The group meets in the Garden Foyer.", "请在园景序厅集合。"),
    ),
    SampleSession(
        "keynote",
        "main",
        time(16, 20),
        time(17, 0),
        Text("Closing: what we take home", "闭幕：成果与展望"),
        items=(
            SampleItem("announcement", 30, Text("Results of the forums", "各论坛成果通报")),
            SampleItem("photo", 10),
        ),
    ),
)

SUMMIT = SampleEvent(
    slug="delta-summit",
    name=Text(*SUMMIT_NAME),
    tagline=Text("Experts from academia and industry, one day in Suzhou", "学界与产业界专家，相聚苏州"),
    about=Text(
        "How do results of research become products, and what do universities, companies and cities owe each other on "
        "the way? Experts from academia and industry meet for a day of speeches, forums and conversations.\n\n"
        "In the morning everybody is in the Main Hall. In the afternoon the forums run side by side; choose on the "
        "day. Only the laboratory tour has seats to book.",
        "科研成果怎样成为产品？高校、企业与城市又该如何携手？来自学术界与产业界的专家将用一天的时间演讲、研讨与交流。\n\n"
        "上午全体嘉宾在主会场；下午各论坛同时进行，当天自由选择；仅实验室参观需要预约座位。",
    ),
    colour="#176b70",
    cover_pattern="ice_crack",
    contact_email="summit@example.org",
    day=0,
    start=time(8, 30),
    end=time(17, 0),
    halls=HALLS,
    organisations=(
        SampleOrganisation("xjtlu", "host", Text("Host", "主办单位")),
        SampleOrganisation("suzhou", "organiser", Text("Organiser", "承办单位")),
    ),
    people=("xi",),
    sessions=MORNING + EARLY_AFTERNOON + LATE_AFTERNOON,
    places={"industry": 120, "academia": 80, "government": 40, "media": 15, "student": 6},
    checkpoints=(
        # Once: who was let in at the rehearsal stays "already in", on whatever day somebody tries the sample.
        SampleCheckpoint("gate", Text("Main gate", "主入口"), "gate", "once"),
        SampleCheckpoint("hall-a", Text("Main Hall", "主会场"), "hall", "visits", capacity=300),
        SampleCheckpoint("gift", Text("Gift desk", "礼品领取处"), "gift", "once"),
        SampleCheckpoint("press", Text("Press entrance", "媒体通道"), "gate", "daily", categories=("media",)),
    ),
    questions=("interpretation",),
    seats={"Laboratory tour": 20},
)
